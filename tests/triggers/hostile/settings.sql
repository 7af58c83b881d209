-- Settings, the environment, the session and chance: a query reads and changes none of them.

-- name: reads_a_setting
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT current_setting('memory_limit') AS identity, 'y' AS event_id

-- name: reads_all_settings
-- save: refused
-- run: sql_error: it may not read from duckdb_settings
SELECT *, 'x' AS identity, 'y' AS event_id FROM duckdb_settings()

-- name: reads_the_environment
-- save: refused: may not call getenv()
-- run: sql_error: it may not call getenv
SELECT getenv('AWS_SECRET_ACCESS_KEY') AS identity, 'y' AS event_id

-- name: reads_the_environment_by_chaining
-- save: refused: may not call getenv()
-- run: sql_error: it may not call getenv
SELECT 'HOME'.getenv() AS identity, 'y' AS event_id

-- name: reads_the_environment_by_its_schema
-- save: refused: may not call getenv()
-- run: sql_error: it may not call getenv
SELECT system.main.getenv('HOME') AS identity, 'y' AS event_id

-- name: reads_a_setting_in_capitals
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT CURRENT_SETTING('threads') AS identity, 'y' AS event_id

-- name: reads_a_setting_by_a_quoted_name
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT "current_setting"('threads') AS identity, 'y' AS event_id

-- name: reads_a_setting_in_a_lambda
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT identity, event_id, list_transform(['threads'], lambda x: current_setting(x)) AS a FROM event_triggers

-- name: reads_a_setting_in_a_window
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT identity, event_id, max(current_setting('threads')) OVER () AS a FROM event_triggers

-- name: reads_a_setting_in_order_by
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT identity, event_id FROM event_triggers ORDER BY current_setting('threads')

-- name: reads_a_setting_in_limit
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT identity, event_id FROM event_triggers LIMIT current_setting('threads')::INT

-- name: reads_a_setting_in_a_filter
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT 'x' AS identity, 'y' AS event_id, count(*) FILTER (WHERE current_setting('threads') = '1') AS n FROM event_triggers

-- name: reads_a_setting_in_values
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT a AS identity, 'y' AS event_id FROM (VALUES (current_setting('threads'))) t(a)

-- name: reads_a_setting_in_a_join
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT e.identity, e.event_id FROM event_triggers e JOIN contacts c ON current_setting('threads') = '1'

-- name: reads_a_setting_in_group_by
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT 'x' AS identity, 'y' AS event_id FROM event_triggers GROUP BY current_setting('threads')

-- name: reads_a_setting_in_qualify
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT identity, event_id FROM event_triggers QUALIFY row_number() OVER (ORDER BY current_setting('threads')) = 1

-- name: reads_a_setting_in_a_frame
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT identity, event_id, count(*) OVER (ORDER BY ts ROWS BETWEEN current_setting('threads')::INT PRECEDING AND CURRENT ROW) AS n FROM event_triggers

-- name: reads_a_setting_in_range
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT 'x' AS identity, i AS event_id FROM range(current_setting('threads')::BIGINT) t(i)

-- name: reads_a_setting_in_replace
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT * REPLACE (current_setting('threads') AS email) FROM event_triggers

-- name: reads_a_setting_in_columns
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT COLUMNS(c -> current_setting('threads') = '1') FROM event_triggers

-- name: reads_a_setting_in_a_struct
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT identity, event_id, {'a': current_setting('threads')} AS a FROM event_triggers

-- name: reads_a_setting_in_a_pivot
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT *, 'x' AS identity, 'y' AS event_id FROM (PIVOT event_triggers ON event_id IN ('e1') USING max(current_setting('threads')))

-- name: reads_a_setting_in_a_type
-- save: refused: may not call current_setting()
-- run: sql_error: Expected a constant as type modifier
SELECT identity, event_id, CAST('1' AS DECIMAL(current_setting('threads'), 1)) AS a FROM event_triggers

-- name: reads_a_setting_in_an_interval
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
SELECT identity, event_id, ts + INTERVAL (current_setting('threads')) DAY AS a FROM event_triggers

-- name: reads_a_setting_in_a_recursion
-- save: refused: may not call current_setting()
-- run: sql_error: it may not call current_setting
WITH RECURSIVE a(identity, event_id) AS (SELECT 'x', 'y' UNION SELECT current_setting('threads'), 'y' FROM a) SELECT * FROM a

-- name: reads_a_variable
-- save: refused: may not call getvariable()
-- run: sql_error: it may not call getvariable
SELECT getvariable('x') AS identity, 'y' AS event_id

-- name: sets_a_variable
-- save: refused
-- run: sql_error: it is not a SELECT statement
SET VARIABLE x = 1

-- name: sets_memory
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
SET memory_limit = '100GB'

-- name: sets_threads
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
SET threads = 64

-- name: sets_the_temporary_directory
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
SET temp_directory = '/tmp'

-- name: allows_external_access
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
SET enable_external_access = true

-- name: unlocks_the_configuration
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
SET lock_configuration = false

-- name: resets_a_setting
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
RESET lock_configuration

-- name: sets_within_a_query
-- save: refused: may not call set_config()
-- run: sql_error: it may not call set_config
SELECT identity, event_id, set_config('threads', '8', false) AS a FROM event_triggers

-- name: a_pragma
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: stopped
PRAGMA memory_limit = '100GB'

-- name: the_version_pragma
-- save: refused
-- run: sql_error: it is not a SELECT statement
PRAGMA version

-- name: calls_a_pragma
-- save: refused
-- run: sql_error: it is not a SELECT statement
CALL pragma_version()

-- name: selects_from_a_pragma
-- save: refused
-- run: sql_error: it may not read from pragma_version
SELECT *, 'x' AS identity, 'y' AS event_id FROM pragma_version()

-- name: the_platform
-- save: refused
-- run: sql_error: it may not read from pragma_platform
SELECT *, 'x' AS identity, 'y' AS event_id FROM pragma_platform()

-- name: the_version
-- save: refused: may not call version()
-- run: sql_error: it may not call version
SELECT version() AS identity, 'y' AS event_id

-- name: turns_on_logging
-- save: refused
-- run: sql_error: it may not read from enable_logging
SELECT *, 'x' AS identity, 'y' AS event_id FROM enable_logging()

-- name: writes_a_log
-- save: refused: may not call write_log()
-- run: sql_error: it may not call write_log
SELECT identity, event_id, write_log('x') AS a FROM event_triggers

-- name: reads_the_log
-- save: refused
-- run: sql_error: it may not read from duckdb_logs
SELECT *, 'x' AS identity, 'y' AS event_id FROM duckdb_logs()

-- name: turns_on_profiling
-- save: refused
-- run: sql_error: it may not read from enable_profiling
SELECT *, 'x' AS identity, 'y' AS event_id FROM enable_profiling()

-- name: its_own_text
-- save: refused: may not call current_query()
-- run: sql_error: it may not call current_query
SELECT current_query() AS identity, 'y' AS event_id

-- name: its_connection
-- save: refused: may not call current_connection_id()
-- run: sql_error: it may not call txid_current
SELECT current_connection_id() AS identity, txid_current() AS event_id

-- name: the_current_user
-- save: refused: may not call current_user()
-- run: answered: it is the engine's own word duckdb, the same for everybody
SELECT identity, event_id, current_user AS u FROM event_triggers

-- name: the_session_user_in_brackets
-- save: passes
-- run: sql_error: it may not call session_user
SELECT identity, event_id, session_user() AS u FROM event_triggers

-- name: the_current_schemas
-- save: refused: may not call current_schemas()
-- run: sql_error: it may not call current_schemas
SELECT identity, event_id, current_schemas(true) AS u FROM event_triggers

-- name: seeds_the_random
-- save: refused: may not call setseed()
-- run: sql_error: it may not call setseed
SELECT setseed(0.5) AS identity, 'y' AS event_id

-- name: asks_for_random
-- save: refused: may not call random()
-- run: sql_error: it may not call random
SELECT identity, event_id FROM event_triggers WHERE random() < 0.1

-- name: asks_for_a_random_uuid
-- save: refused: may not call uuid()
-- run: sql_error: it may not call uuid
SELECT identity, uuid() AS event_id FROM event_triggers

-- name: samples
-- save: refused: may not sample
-- run: sql_error: it may not sample: run again, it would find other rows
SELECT identity, event_id FROM event_triggers USING SAMPLE 10%

-- name: samples_a_table
-- save: refused: may not sample
-- run: sql_error: it may not sample: run again, it would find other rows
SELECT identity, event_id FROM event_triggers TABLESAMPLE reservoir(1)

-- name: a_random_aggregate
-- save: refused: may not call reservoir_quantile()
-- run: sql_error: it may not call reservoir_quantile
SELECT 'x' AS identity, reservoir_quantile(1, 0.5, 10) AS event_id FROM event_triggers
