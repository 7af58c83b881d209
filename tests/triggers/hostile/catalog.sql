-- The catalog: a query knows its two tables and nothing of the engine.

-- name: the_information_schema
-- save: refused
-- run: sql_error: there is no table tables for it
SELECT *, 'x' AS identity, 'y' AS event_id FROM information_schema.tables

-- name: the_postgres_catalog
-- save: refused
-- run: sql_error: there is no table pg_class for it
SELECT *, 'x' AS identity, 'y' AS event_id FROM pg_catalog.pg_class

-- name: the_postgres_catalog_without_its_schema
-- save: refused
-- run: sql_error: there is no table pg_class for it
SELECT *, 'x' AS identity, 'y' AS event_id FROM pg_class

-- name: the_sqlite_catalog
-- save: refused
-- run: sql_error: there is no table sqlite_master for it
SELECT *, 'x' AS identity, 'y' AS event_id FROM sqlite_master

-- name: duckdb_tables_as_a_view
-- save: refused
-- run: sql_error: there is no table duckdb_tables for it
SELECT *, 'x' AS identity, 'y' AS event_id FROM duckdb_tables

-- name: duckdb_tables_as_a_function
-- save: refused
-- run: sql_error: it may not read from duckdb_tables
SELECT *, 'x' AS identity, 'y' AS event_id FROM duckdb_tables()

-- name: duckdb_views_lent_out_of_scope
-- save: refused
-- run: sql_error: the name duckdb_views after WITH is taken; choose another
SELECT 'x' AS identity, 'y' AS event_id FROM (WITH duckdb_views AS (SELECT 1) FROM duckdb_views), duckdb_views

-- name: duckdb_columns_lent_out_of_scope
-- save: refused
-- run: sql_error: the name duckdb_columns after WITH is taken; choose another
WITH a AS (WITH duckdb_columns AS (SELECT 1) FROM duckdb_columns) SELECT 'x' AS identity, 'y' AS event_id FROM a, duckdb_columns

-- name: the_internal_table
-- save: refused
-- run: sql_error: there is no table loaded for it
SELECT *, 'x' AS identity, 'y' AS event_id FROM loaded

-- name: the_internal_table_by_its_schema
-- save: refused
-- run: sql_error: there is no table loaded for it
SELECT *, 'x' AS identity, 'y' AS event_id FROM memory.main.loaded

-- name: the_internal_table_lent_out_of_scope
-- save: refused
-- run: sql_error: Table with name loaded does not exist
SELECT 'x' AS identity, 'y' AS event_id FROM (WITH loaded AS (SELECT 1) FROM loaded), loaded

-- name: the_internal_table_by_its_own_schema
-- save: refused
-- run: sql_error: there is no table loaded for it
SELECT identity, event_id FROM store.loaded

-- name: the_internal_table_lent_with_its_schema
-- save: refused
-- run: sql_error: there is no table visible for it
WITH visible AS (SELECT 1), store AS (SELECT 2) SELECT identity, event_id FROM store.visible

-- name: the_search_path_moved_to_the_internal_schema
-- save: refused
-- run: sql_error: it is not a SELECT statement
SET search_path = 'store'

-- name: functions_of_the_engine
-- save: refused
-- run: sql_error: it may not read from duckdb_functions
SELECT *, 'x' AS identity, 'y' AS event_id FROM duckdb_functions()

-- name: memory_of_the_engine
-- save: refused
-- run: sql_error: it may not read from duckdb_memory
SELECT *, 'x' AS identity, 'y' AS event_id FROM duckdb_memory()

-- name: prepared_statements_of_the_engine
-- save: refused
-- run: sql_error: it may not read from duckdb_prepared_statements
SELECT *, 'x' AS identity, 'y' AS event_id FROM duckdb_prepared_statements()

-- name: extensions_of_the_engine
-- save: refused
-- run: sql_error: it may not read from duckdb_extensions
SELECT *, 'x' AS identity, 'y' AS event_id FROM duckdb_extensions()

-- name: types_of_the_engine
-- save: refused
-- run: sql_error: it may not read from test_all_types
SELECT *, 'x' AS identity, 'y' AS event_id FROM test_all_types()

-- name: time_zones_of_the_engine
-- save: refused
-- run: sql_error: it may not read from pg_timezone_names
SELECT *, 'x' AS identity, 'y' AS event_id FROM pg_timezone_names()

-- name: the_text_of_a_view
-- save: refused: may not call pg_get_viewdef()
-- run: sql_error: it may not call pg_get_viewdef
SELECT pg_get_viewdef(1) AS identity, 'y' AS event_id

-- name: privileges
-- save: refused: may not call has_table_privilege()
-- run: sql_error: it may not call has_table_privilege
SELECT has_table_privilege('loaded', 'select') AS identity, 'y' AS event_id

-- name: statistics_of_a_column
-- save: refused: may not call stats()
-- run: sql_error: it may not call stats
SELECT stats(email) AS identity, event_id FROM event_triggers

-- name: vector_types
-- save: refused: may not call vector_type()
-- run: sql_error: it may not call vector_type
SELECT vector_type(email) AS identity, event_id FROM event_triggers

-- name: a_summary_of_the_table
-- save: refused
-- run: sql_error: it may not use show ref
SUMMARIZE event_triggers

-- name: describes_the_table
-- save: refused
-- run: sql_error: it may not use show ref
DESCRIBE event_triggers

-- name: shows_tables
-- save: refused
-- run: sql_error: it may not use show ref
SHOW TABLES

-- name: shows_inside_from
-- save: refused
-- run: sql_error: it may not use show ref
SELECT *, 'x' AS identity, 'y' AS event_id FROM (SHOW TABLES)

-- name: describes_inside_from
-- save: refused
-- run: sql_error: it may not use show ref
SELECT *, 'x' AS identity, 'y' AS event_id FROM (DESCRIBE event_triggers)

-- name: summarizes_inside_from
-- save: refused
-- run: sql_error: it may not use show ref
SELECT *, 'x' AS identity, 'y' AS event_id FROM (SUMMARIZE event_triggers)

-- name: explains
-- save: refused
-- run: sql_error: it is not a SELECT statement
EXPLAIN ANALYZE SELECT 1

-- name: a_table_by_its_class
-- save: refused: may not use the type regclass
-- run: sql_error: there is no type regclass for it
SELECT identity, event_id, 'loaded'::regclass AS a FROM event_triggers

-- name: a_sequence
-- save: refused: may not call nextval()
-- run: sql_error: it may not call nextval
SELECT nextval('s') AS identity, 'y' AS event_id

-- name: the_current_value_of_a_sequence
-- save: refused: may not call currval()
-- run: sql_error: it may not call currval
SELECT currval('s') AS identity, 'y' AS event_id

-- name: macro_text_through_json
-- save: refused: may not call json_serialize_sql()
-- run: sql_error: it may not call json_serialize_sql
SELECT json_serialize_sql('SELECT 1') AS identity, 'y' AS event_id

-- name: the_plan_as_json
-- save: refused: may not call json_serialize_plan()
-- run: sql_error: it may not call json_serialize_plan
SELECT json_serialize_plan('SELECT * FROM loaded') AS identity, 'y' AS event_id

-- name: an_index_key
-- save: refused: may not call index_key()
-- run: sql_error: it may not call index_key
SELECT index_key({'a': 1}, 'x') AS identity, 'y' AS event_id

-- name: the_block_size
-- save: refused: may not call get_block_size()
-- run: sql_error: it may not call get_block_size
SELECT get_block_size('memory') AS identity, 'y' AS event_id
