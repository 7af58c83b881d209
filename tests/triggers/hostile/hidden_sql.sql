-- SQL hidden in text, other statements, and the engine's inner parts.

-- name: sql_in_query
-- save: refused
-- run: sql_error: it may not read from query
SELECT *, 'x' AS identity, 'y' AS event_id FROM query('SELECT * FROM loaded')

-- name: sql_in_query_that_writes
-- save: refused
-- run: sql_error: it may not read from query
-- bare: stopped
SELECT *, 'x' AS identity, 'y' AS event_id FROM query('COPY (SELECT 1) TO ''leak.csv''')

-- name: sql_in_query_made_of_pieces
-- save: refused
-- run: sql_error: it may not read from query
SELECT *, 'x' AS identity, 'y' AS event_id FROM query('SEL' || 'ECT * FROM duckdb_settings()')

-- name: sql_in_query_as_a_value
-- save: refused: may not call query()
-- run: sql_error: it may not call query
SELECT query('SELECT 1') AS identity, 'y' AS event_id

-- name: a_table_named_by_text
-- save: refused
-- run: sql_error: it may not read from query_table
SELECT *, 'x' AS identity, 'y' AS event_id FROM query_table('loaded')

-- name: tables_named_by_a_list
-- save: refused
-- run: sql_error: it may not read from query_table
SELECT *, 'x' AS identity, 'y' AS event_id FROM query_table(['loaded', 'contacts'])

-- name: sql_in_json
-- save: refused
-- run: sql_error: it may not read from json_execute_serialized_sql
SELECT *, 'x' AS identity, 'y' AS event_id FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM loaded'))

-- name: sql_from_json
-- save: refused: may not call json_deserialize_sql()
-- run: sql_error: it may not call json_deserialize_sql
SELECT json_deserialize_sql('{}') AS identity, 'y' AS event_id

-- name: a_pragma_of_json_sql
-- save: refused
-- run: sql_error: it is not a SELECT statement
PRAGMA json_execute_serialized_sql('{}')

-- name: a_second_statement
-- save: refused
-- run: sql_error: it is not a SELECT statement
SELECT 'x' AS identity, 'y' AS event_id; DROP TABLE contacts

-- name: a_second_select
-- save: refused
-- run: sql_error: it is more than one statement
SELECT identity, event_id FROM event_triggers; SELECT identity, event_id FROM contacts

-- name: prepares
-- save: refused
-- run: sql_error: it is not a SELECT statement
PREPARE p AS SELECT 1

-- name: executes
-- save: refused
-- run: sql_error: it is not a SELECT statement
EXECUTE p

-- name: deallocates
-- save: refused
-- run: sql_error: it is not a SELECT statement
DEALLOCATE p

-- name: a_parameter
-- save: refused
-- run: sql_error: it may not use a parameter
SELECT $1 AS identity, 'y' AS event_id

-- name: a_named_parameter
-- save: refused
-- run: sql_error: it may not use a parameter
SELECT $secret AS identity, 'y' AS event_id

-- name: a_question_mark
-- save: refused
-- run: sql_error: it may not use a parameter
SELECT ? AS identity, 'y' AS event_id

-- name: declares_a_macro
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
CREATE MACRO f() AS getenv('HOME')

-- name: declares_a_table_macro
-- save: refused
-- run: sql_error: it is not a SELECT statement
CREATE OR REPLACE MACRO event_triggers() AS TABLE SELECT 1

-- name: a_macro_that_hides_a_function
-- save: refused
-- run: sql_error: it is not a SELECT statement
CREATE TEMP MACRO lower(x) AS 'gotcha'

-- name: declares_a_function
-- save: refused
-- run: sql_error: it is not a SELECT statement
CREATE FUNCTION f(x) AS x + 1

-- name: declares_a_type
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
CREATE TYPE mood AS ENUM ('a')

-- name: creates_a_table
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
CREATE TABLE t AS SELECT 1

-- name: creates_a_temporary_table
-- save: refused
-- run: sql_error: it is not a SELECT statement
CREATE TEMP TABLE event_triggers AS SELECT 'x' AS identity, 'y' AS event_id

-- name: creates_a_view
-- save: refused
-- run: sql_error: it is not a SELECT statement
CREATE OR REPLACE TEMP VIEW event_triggers AS SELECT 1

-- name: creates_a_schema
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
CREATE SCHEMA s

-- name: creates_a_sequence
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
CREATE SEQUENCE s

-- name: creates_an_index
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
CREATE INDEX i ON contacts (identity)

-- name: creates_a_trigger
-- save: refused
-- run: sql_error: syntax error at or near "BEGIN"
CREATE TRIGGER t AFTER INSERT ON contacts BEGIN SELECT 1; END

-- name: drops_a_view
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
DROP VIEW event_triggers

-- name: alters_a_table
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
ALTER TABLE contacts ADD COLUMN x INT

-- name: comments_on_a_table
-- save: refused
-- run: sql_error: it is not a SELECT statement
COMMENT ON TABLE contacts IS 'x'

-- name: inserts
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
INSERT INTO contacts VALUES ('x', NULL)

-- name: inserts_inside_with
-- save: refused
-- run: sql_error: it may not use insert query node
WITH a AS (INSERT INTO contacts VALUES ('x', NULL) RETURNING *) SELECT identity, 'y' AS event_id FROM a

-- name: updates
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
UPDATE contacts SET identity = 'x'

-- name: updates_inside_with
-- save: refused
-- run: sql_error: it may not use update query node
WITH a AS (UPDATE contacts SET identity = 'x' RETURNING *) SELECT identity, 'y' AS event_id FROM a

-- name: deletes
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
DELETE FROM contacts

-- name: deletes_inside_with
-- save: refused
-- run: sql_error: it may not use delete query node
WITH a AS (DELETE FROM contacts RETURNING *) SELECT identity, 'y' AS event_id FROM a

-- name: truncates
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
TRUNCATE contacts

-- name: merges
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
MERGE INTO contacts USING event_triggers ON false WHEN NOT MATCHED THEN INSERT VALUES ('x', NULL)

-- name: begins
-- save: refused
-- run: sql_error: it is not a SELECT statement
BEGIN TRANSACTION

-- name: commits
-- save: refused
-- run: sql_error: it is not a SELECT statement
COMMIT

-- name: rolls_back
-- save: refused
-- run: sql_error: it is not a SELECT statement
ROLLBACK

-- name: vacuums
-- save: refused
-- run: sql_error: it is not a SELECT statement
VACUUM

-- name: analyzes
-- save: refused
-- run: sql_error: it is not a SELECT statement
ANALYZE

-- name: calls_a_table_function
-- save: refused
-- run: sql_error: it is not a SELECT statement
CALL duckdb_tables()

-- name: a_pivot_statement
-- save: refused
-- run: sql_error: it is not a SELECT statement
PIVOT event_triggers ON email USING count(*)

-- name: an_unpivot_statement
-- save: refused
-- run: answered: the engine turns it into a SELECT over the events
UNPIVOT event_triggers ON email INTO NAME identity VALUE event_id

-- name: an_anonymous_block
-- save: refused
-- run: sql_error: syntax error at or near "DO"
DO $$ BEGIN PERFORM 1; END $$

-- name: selects_into
-- save: refused
-- run: sql_error: syntax error at or near "INTO"
SELECT identity, event_id INTO t FROM event_triggers

-- name: locks_rows
-- save: refused
-- run: sql_error: syntax error at or near "FOR"
SELECT identity, event_id FROM event_triggers FOR UPDATE

-- name: nothing_at_all
-- save: refused
-- run: sql_error: it is more than one statement
--

-- name: only_a_comment
-- save: refused
-- run: sql_error: it is more than one statement
/* nothing */

-- name: a_list_of_values
-- save: refused
-- run: columns_missing
VALUES ('x', 'y')

-- name: from_first
-- save: passes
-- run: answered: it is a SELECT over the events
FROM event_triggers

-- name: from_first_of_the_settings
-- save: refused
-- run: sql_error: it may not read from duckdb_settings
FROM duckdb_settings()

-- name: travels_in_time
-- save: passes
-- run: sql_error: there is no table event_triggers for it
SELECT * FROM event_triggers AT (VERSION => 1)

-- name: exports_an_aggregate_state
-- save: refused
-- run: sql_error: it may not export the state of an aggregate
SELECT 'x' AS identity, sum(1) EXPORT_STATE AS event_id FROM event_triggers

-- name: combines_aggregate_states
-- save: refused: may not call combine()
-- run: sql_error: it may not call combine
SELECT combine(1, 2) AS identity, 'y' AS event_id

-- name: makes_an_aggregate_state
-- save: refused: may not call to_aggregate_state()
-- run: sql_error: it may not call to_aggregate_state
SELECT to_aggregate_state('a'::BLOB, 'sum', 'x') AS identity, 'y' AS event_id

-- name: an_aggregate_named_by_text
-- save: refused: may not call list_aggregate()
-- run: sql_error: it may not call list_aggregate
SELECT list_aggregate([1], 'combine_aggr') AS identity, 'y' AS event_id

-- name: an_inner_function
-- save: refused: may not call __internal_decompress_string()
-- run: sql_error: it may not call __internal_decompress_string
SELECT __internal_decompress_string(1::HUGEINT) AS identity, 'y' AS event_id

-- name: an_inner_function_by_a_quoted_name
-- save: refused: may not call __internal_compress_string_hugeint()
-- run: sql_error: it may not call __internal_compress_string_hugeint
SELECT "__internal_compress_string_hugeint"('a') AS identity, 'y' AS event_id

-- name: an_operator_called_by_name
-- save: refused: may not call =()
-- run: sql_error: it may not call =
SELECT "="(1, 1) AS identity, 'y' AS event_id

-- name: makes_a_type
-- save: refused: may not call make_type()
-- run: sql_error: it may not call make_type
SELECT make_type('LIST', 'INTEGER') AS identity, 'y' AS event_id

-- name: asserts
-- save: refused: may not call assert_true()
-- run: sql_error: it may not call assert_true
SELECT assert_true(false) AS identity, 'y' AS event_id

-- name: a_qualified_type
-- save: refused: may not use the type main.loaded
-- run: sql_error: there is no type loaded for it
SELECT identity, event_id, email::main.loaded AS a FROM event_triggers

-- name: an_enum_type
-- save: refused: may not use the type enum
-- run: sql_error: there is no type ENUM for it
SELECT identity, event_id, 'a'::ENUM('a', 'b') AS a FROM event_triggers

-- name: a_geometry
-- save: refused: may not use the type geometry
-- run: sql_error: there is no type GEOMETRY for it
SELECT identity, event_id, 'POINT(0 0)'::GEOMETRY AS a FROM event_triggers
