-- Files: nothing may be read or written, whatever names it.

-- name: reads_a_text_file
-- save: refused
-- run: sql_error: it may not read from read_text
SELECT 'x' AS identity, content AS event_id FROM read_text('/etc/passwd')

-- name: reads_a_blob
-- save: refused
-- run: sql_error: it may not read from read_blob
SELECT 'x' AS identity, content AS event_id FROM read_blob('/etc/passwd')

-- name: reads_a_csv
-- save: refused
-- run: sql_error: it may not read from read_csv
SELECT *, 'x' AS identity, 'y' AS event_id FROM read_csv('/etc/passwd')

-- name: reads_a_csv_by_its_alias
-- save: refused
-- run: sql_error: it may not read from read_csv_auto
SELECT *, 'x' AS identity, 'y' AS event_id FROM read_csv_auto('/etc/passwd')

-- name: sniffs_a_csv
-- save: refused
-- run: sql_error: it may not read from sniff_csv
SELECT *, 'x' AS identity, 'y' AS event_id FROM sniff_csv('/etc/passwd')

-- name: reads_json
-- save: refused
-- run: sql_error: it may not read from read_json
SELECT *, 'x' AS identity, 'y' AS event_id FROM read_json('/proc/self/environ')

-- name: reads_json_objects
-- save: refused
-- run: sql_error: it may not read from read_json_objects
SELECT *, 'x' AS identity, 'y' AS event_id FROM read_json_objects('/proc/self/environ')

-- name: reads_ndjson
-- save: refused
-- run: sql_error: it may not read from read_ndjson
SELECT *, 'x' AS identity, 'y' AS event_id FROM read_ndjson('/tmp/x')

-- name: reads_parquet
-- save: refused
-- run: sql_error: it may not read from read_parquet
SELECT *, 'x' AS identity, 'y' AS event_id FROM read_parquet('/tmp/*.parquet')

-- name: scans_parquet
-- save: refused
-- run: sql_error: it may not read from parquet_scan
SELECT *, 'x' AS identity, 'y' AS event_id FROM parquet_scan('/tmp/*.parquet')

-- name: reads_parquet_metadata
-- save: refused
-- run: sql_error: it may not read from parquet_metadata
SELECT *, 'x' AS identity, 'y' AS event_id FROM parquet_metadata('/tmp/a.parquet')

-- name: reads_a_parquet_schema
-- save: refused
-- run: sql_error: it may not read from parquet_schema
SELECT *, 'x' AS identity, 'y' AS event_id FROM parquet_schema('/tmp/a.parquet')

-- name: reads_parquet_keys
-- save: refused
-- run: sql_error: it may not read from parquet_kv_metadata
SELECT *, 'x' AS identity, 'y' AS event_id FROM parquet_kv_metadata('/tmp/a.parquet')

-- name: probes_a_parquet_bloom_filter
-- save: refused
-- run: sql_error: it may not read from parquet_bloom_probe
SELECT *, 'x' AS identity, 'y' AS event_id FROM parquet_bloom_probe('/tmp/a.parquet', 'a', 1)

-- name: reads_another_database
-- save: refused
-- run: sql_error: it may not read from read_duckdb
SELECT *, 'x' AS identity, 'y' AS event_id FROM read_duckdb('/tmp/a.db')

-- name: lists_files
-- save: refused
-- run: sql_error: it may not read from glob
SELECT file AS identity, 'y' AS event_id FROM glob('/*')

-- name: a_path_as_a_table
-- save: refused
-- run: sql_error: there is no table /etc/passwd for it
SELECT *, 'x' AS identity, 'y' AS event_id FROM '/etc/passwd'

-- name: a_quoted_path_as_a_table
-- save: refused
-- run: sql_error: there is no table /etc/passwd.csv for it
SELECT *, 'x' AS identity, 'y' AS event_id FROM "/etc/passwd.csv"

-- name: a_path_of_the_process
-- save: refused
-- run: sql_error: there is no table /proc/self/environ for it
SELECT *, 'x' AS identity, 'y' AS event_id FROM '/proc/self/environ'

-- name: a_descriptor_as_a_table
-- save: refused
-- run: sql_error: there is no table /proc/self/fd/3.json for it
SELECT *, 'x' AS identity, 'y' AS event_id FROM '/proc/self/fd/3.json'

-- name: a_path_in_a_join
-- save: refused
-- run: sql_error: there is no table /etc/passwd.csv for it
SELECT e.identity, e.event_id FROM event_triggers e JOIN '/etc/passwd.csv' p ON true

-- name: a_path_in_a_subquery
-- save: refused
-- run: sql_error: there is no table x.parquet for it
SELECT identity, event_id, (SELECT count(*) FROM 'x.parquet') AS n FROM event_triggers

-- name: a_path_lent_by_a_with_name
-- save: passes
-- run: answered: the name is the query's own WITH, the file is never looked for
-- bare: runs: the file is never looked for
WITH "/etc/passwd.csv" AS (SELECT 'x' AS identity, 'y' AS event_id) SELECT identity, event_id FROM (SELECT * FROM "/etc/passwd.csv")

-- name: a_path_lent_out_of_scope
-- save: refused
-- run: sql_error: it asks for something outside its tables
SELECT 'x' AS identity, 'y' AS event_id FROM (WITH "/etc/passwd.csv" AS (SELECT 1) FROM "/etc/passwd.csv"), "/etc/passwd.csv"

-- name: a_file_through_a_lateral_join
-- save: refused
-- run: sql_error: it may not read from read_text
SELECT identity, event_id FROM event_triggers, LATERAL (SELECT * FROM read_text(email))

-- name: a_file_named_by_an_event
-- save: refused
-- run: sql_error: it may not read from read_text
SELECT identity, event_id, (SELECT content FROM read_text(e.email)) AS c FROM event_triggers e

-- name: scans_pandas
-- save: refused
-- run: sql_error: it may not read from pandas_scan
SELECT *, 'x' AS identity, 'y' AS event_id FROM pandas_scan(1)

-- name: scans_arrow
-- save: refused
-- run: sql_error: it may not read from arrow_scan
SELECT *, 'x' AS identity, 'y' AS event_id FROM arrow_scan(1, 2, 3)

-- name: scans_python_arrow
-- save: refused
-- run: sql_error: it may not read from python_arrow_scan
SELECT *, 'x' AS identity, 'y' AS event_id FROM python_arrow_scan(1, 2, 3)

-- name: calls_python
-- save: refused
-- run: sql_error: it may not read from python_map_function
SELECT *, 'x' AS identity, 'y' AS event_id FROM python_map_function(1)

-- name: a_python_variable_as_a_table
-- save: refused
-- run: sql_error: there is no table job for it
SELECT *, 'x' AS identity, 'y' AS event_id FROM job

-- name: a_python_variable_lent_out_of_scope
-- save: refused
-- run: sql_error: Table with name job does not exist!
SELECT 'x' AS identity, 'y' AS event_id FROM (WITH job AS (SELECT 1) FROM job), job

-- name: a_sequential_scan_by_name
-- save: refused
-- run: sql_error: it may not read from seq_scan
SELECT *, 'x' AS identity, 'y' AS event_id FROM seq_scan('loaded')

-- name: writes_by_copy
-- save: refused
-- run: sql_error: it is not a SELECT statement
COPY (SELECT * FROM event_triggers) TO 'leak.csv'

-- name: writes_parquet_by_copy
-- save: refused
-- run: sql_error: it is not a SELECT statement
COPY event_triggers TO 'leak.parquet' (FORMAT parquet)

-- name: reads_by_copy
-- save: refused
-- run: sql_error: it is not a SELECT statement
COPY contacts FROM '/etc/passwd'

-- name: copies_a_database
-- save: refused
-- run: sql_error: it is not a SELECT statement
COPY FROM DATABASE memory TO other

-- name: exports_the_database
-- save: refused
-- run: sql_error: it is not a SELECT statement
EXPORT DATABASE 'leak'

-- name: imports_a_database
-- save: refused
-- run: sql_error: it is not a SELECT statement
IMPORT DATABASE '/tmp/leak'

-- name: attaches_a_file
-- save: refused
-- run: sql_error: it is not a SELECT statement
ATTACH 'leak.db'

-- name: attaches_by_url
-- save: refused
-- run: sql_error: it is not a SELECT statement
ATTACH 'https://example.org/a.db' AS a

-- name: detaches
-- save: refused
-- run: sql_error: it is not a SELECT statement
DETACH memory

-- name: uses_another_database
-- save: refused
-- run: sql_error: it is not a SELECT statement
USE other

-- name: copy_inside_with
-- save: refused
-- run: sql_error: it may not use copy query node
WITH a AS (COPY (SELECT 1) TO 'leak.csv') SELECT 'x' AS identity, 'y' AS event_id FROM a

-- name: copy_after_the_subquery
-- save: refused
-- run: sql_error: syntax error at or near ")"
SELECT 'x' AS identity, 'y' AS event_id) TO 'leak.csv'; --

-- name: breaks_out_of_the_wrapper
-- save: refused
-- run: sql_error: syntax error at or near ")"
SELECT 'x' AS identity, 'y' AS event_id); COPY (SELECT 1) TO 'leak.csv'; SELECT * FROM (SELECT 1

-- name: a_comment_that_swallows_the_wrapper
-- save: refused
-- run: sql_error: unterminated /* comment at or near "/*"
SELECT 'x' AS identity, 'y' AS event_id /*

-- name: a_line_comment_at_the_end
-- save: passes
-- run: answered: the wrapper closes on a line of its own
-- bare: runs: it reads nothing
SELECT 'x' AS identity, 'y' AS event_id --

-- name: checkpoints
-- save: refused
-- run: sql_error: it is not a SELECT statement
-- bare: runs: a database in memory has nothing to write
CHECKPOINT

-- name: checkpoints_as_a_table
-- save: refused
-- run: sql_error: it may not read from checkpoint
-- bare: runs: a database in memory has nothing to write
SELECT *, 'x' AS identity, 'y' AS event_id FROM checkpoint()

-- name: spills_to_disk
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, count(*) AS event_id FROM (SELECT i FROM range(20000000) t(i) ORDER BY hash(i) LIMIT 19000000)

-- name: temporary_files
-- save: refused
-- run: sql_error: it may not read from duckdb_temporary_files
-- bare: runs: there are none
SELECT *, 'x' AS identity, 'y' AS event_id FROM duckdb_temporary_files()

-- name: storage_info
-- save: refused
-- run: sql_error: it may not read from pragma_storage_info
-- bare: runs: it tells of the query's own tables
SELECT *, 'x' AS identity, 'y' AS event_id FROM pragma_storage_info('store.loaded')

-- name: joins_path_pieces
-- save: refused: may not call path_join()
-- run: sql_error: it may not call path_join
-- bare: runs: it joins text alone
SELECT identity, event_id, path_join('/etc', 'passwd') AS p FROM event_triggers
