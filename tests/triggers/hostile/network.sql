-- The network, extensions and secrets: there are none.

-- name: reads_a_url
-- save: refused
-- run: sql_error: it may not read from read_csv
SELECT *, 'x' AS identity, 'y' AS event_id FROM read_csv('https://example.org/a.csv')

-- name: a_url_as_a_table
-- save: refused
-- run: sql_error: there is no table https://example.org/a.parquet for it
SELECT *, 'x' AS identity, 'y' AS event_id FROM 'https://example.org/a.parquet'

-- name: reads_from_s3
-- save: refused
-- run: sql_error: it may not read from read_parquet
SELECT *, 'x' AS identity, 'y' AS event_id FROM read_parquet('s3://bucket/*.parquet')

-- name: writes_to_s3
-- save: refused
-- run: sql_error: it is not a SELECT statement
COPY event_triggers TO 's3://bucket/a.csv'

-- name: reads_the_role_of_the_function
-- save: refused
-- run: sql_error: it may not read from read_text
SELECT content AS identity, 'y' AS event_id FROM read_text('http://169.254.169.254/latest/meta-data/')

-- name: installs_an_extension
-- save: refused
-- run: sql_error: it is not a SELECT statement
INSTALL httpfs

-- name: installs_from_the_community
-- save: refused
-- run: sql_error: it is not a SELECT statement
INSTALL shellfs FROM community

-- name: loads_an_extension
-- save: refused
-- run: sql_error: it is not a SELECT statement
LOAD httpfs

-- name: loads_a_library
-- save: refused
-- run: sql_error: it is not a SELECT statement
LOAD '/tmp/evil.duckdb_extension'

-- name: updates_extensions
-- save: refused
-- run: sql_error: it is not a SELECT statement
UPDATE EXTENSIONS

-- name: attaches_postgres
-- save: refused
-- run: sql_error: it is not a SELECT statement
ATTACH 'host=127.0.0.1' AS p (TYPE postgres)

-- name: autoloads_by_function
-- save: refused: may not call http_get()
-- run: sql_error: it may not call http_get
SELECT identity, event_id, http_get('https://example.org') AS a FROM event_triggers

-- name: autoloads_by_table_function
-- save: refused
-- run: sql_error: it may not read from st_read
SELECT *, 'x' AS identity, 'y' AS event_id FROM st_read('/tmp/a.shp')

-- name: autoloads_by_type
-- save: refused: may not use the type inet
-- run: sql_error: there is no type INET for it
SELECT identity, event_id, '127.0.0.1'::INET AS a FROM event_triggers

-- name: autoloads_by_setting
-- save: refused
-- run: sql_error: it is not a SELECT statement
SET s3_region = 'x'

-- name: creates_a_secret
-- save: refused
-- run: sql_error: it is not a SELECT statement
CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')

-- name: lists_secrets
-- save: refused
-- run: sql_error: it may not read from duckdb_secrets
-- bare: runs: there are none
SELECT *, 'x' AS identity, 'y' AS event_id FROM duckdb_secrets()

-- name: which_secret
-- save: refused
-- run: sql_error: it may not read from which_secret
-- bare: runs: there are none
SELECT *, 'x' AS identity, 'y' AS event_id FROM which_secret('s3://a', 's3')

-- name: drops_a_secret
-- save: refused
-- run: sql_error: it is not a SELECT statement
DROP SECRET s

-- name: client_address
-- save: refused: may not call inet_client_addr()
-- run: sql_error: it may not call inet_client_addr
-- bare: runs: it is null
SELECT identity, event_id, inet_client_addr() AS a FROM event_triggers

-- name: server_port
-- save: refused: may not call inet_server_port()
-- run: sql_error: it may not call inet_server_port
-- bare: runs: it is null
SELECT identity, event_id, inet_server_port() AS a FROM event_triggers
