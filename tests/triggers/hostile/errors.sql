-- Error texts: the reason that is kept may quote the query, never an event.

-- name: a_value_in_a_cast
-- save: passes
-- run: sql_error: a value cannot be converted to the type asked for; TRY_CAST gives NULL
SELECT identity, event_id, CAST(email AS INTEGER) AS a FROM event_triggers

-- name: a_value_in_a_date
-- save: passes
-- run: sql_error: a value cannot be converted to the type asked for; TRY_CAST gives NULL
SELECT identity, event_id, CAST(email AS TIMESTAMP) AS a FROM event_triggers

-- name: a_value_in_error
-- save: refused: may not call error()
-- run: sql_error: it may not call error
SELECT identity, event_id, error(email) AS a FROM event_triggers

-- name: a_value_in_a_pattern
-- save: passes
-- run: sql_error: a function was given a value that it cannot work with
SELECT identity, event_id, strptime(email, '%Y') AS a FROM event_triggers

-- name: a_value_as_a_pattern
-- save: passes
-- run: sql_error: The "format" argument in function "strptime" must be a constant expres
SELECT identity, event_id, strptime('2026', email) AS a FROM event_triggers

-- name: a_value_in_a_path
-- save: passes
-- run: sql_error: a function was given a value that it cannot work with
SELECT identity, event_id, json_extract(event_raw, '$.' || email || '[[') AS a FROM event_triggers

-- name: a_value_as_an_expression
-- save: passes
-- run: sql_error: a function was given a value that it cannot work with
SELECT identity, event_id, regexp_matches('x', email || '(') AS a FROM event_triggers

-- name: a_value_as_a_format
-- save: passes
-- run: sql_error: a function was given a value that it cannot work with
SELECT identity, event_id, format(email || '{') AS a FROM event_triggers

-- name: a_value_as_json
-- save: passes
-- run: sql_error: a function was given a value that it cannot work with
SELECT identity, event_id, json_extract(email, '$.a') AS a FROM event_triggers

-- name: a_value_as_a_structure
-- save: passes
-- run: sql_error: The "structure" argument in function "json_transform" must be a consta
SELECT identity, event_id, json_transform(event_raw, '"' || email || '"') AS a FROM event_triggers

-- name: a_value_as_a_time_zone
-- save: passes
-- run: sql_error: it failed while it ran
SELECT identity, event_id, ts AT TIME ZONE email AS a FROM event_triggers

-- name: a_value_as_a_part_of_an_instant
-- save: passes
-- run: sql_error: a value cannot be converted to the type asked for; TRY_CAST gives NULL
SELECT identity, event_id, date_part(email, ts) AS a FROM event_triggers

-- name: a_value_as_hex
-- save: passes
-- run: sql_error: a function was given a value that it cannot work with
SELECT identity, event_id, from_hex(email) AS a FROM event_triggers

-- name: a_value_as_base64
-- save: passes
-- run: sql_error: a value cannot be converted to the type asked for; TRY_CAST gives NULL
SELECT identity, event_id, from_base64(email) AS a FROM event_triggers

-- name: a_value_as_a_uuid
-- save: passes
-- run: sql_error: a value cannot be converted to the type asked for; TRY_CAST gives NULL
SELECT identity, event_id, email::UUID AS a FROM event_triggers

-- name: a_value_as_a_decimal
-- save: passes
-- run: sql_error: a value cannot be converted to the type asked for; TRY_CAST gives NULL
SELECT identity, event_id, email::DECIMAL(10, 2) AS a FROM event_triggers

-- name: a_value_as_an_interval
-- save: passes
-- run: sql_error: a value cannot be converted to the type asked for; TRY_CAST gives NULL
SELECT identity, event_id, email::INTERVAL AS a FROM event_triggers

-- name: a_value_as_a_blob
-- save: passes
-- run: sql_error: a value cannot be converted to the type asked for; TRY_CAST gives NULL
SELECT identity, event_id, ('\x' || email)::BLOB AS a FROM event_triggers

-- name: a_value_as_bits
-- save: passes
-- run: sql_error: a value cannot be converted to the type asked for; TRY_CAST gives NULL
SELECT identity, event_id, email::BIT AS a FROM event_triggers

-- name: a_value_as_a_list
-- save: passes
-- run: sql_error: a value cannot be converted to the type asked for; TRY_CAST gives NULL
SELECT identity, event_id, email::INTEGER[] AS a FROM event_triggers

-- name: a_value_as_a_struct
-- save: passes
-- run: sql_error: a value cannot be converted to the type asked for; TRY_CAST gives NULL
SELECT identity, event_id, email::STRUCT(a INTEGER) AS a FROM event_triggers

-- name: a_value_as_a_map_key
-- save: passes
-- run: sql_error: a function was given a value that it cannot work with
SELECT identity, event_id, MAP {email: 1, email: 2} AS a FROM event_triggers

-- name: a_value_as_an_escape
-- save: refused
-- run: sql_error: it failed while it ran
SELECT identity, event_id, 'x' LIKE 'y' ESCAPE email AS a FROM event_triggers

-- name: a_value_as_a_column
-- save: passes
-- run: sql_error: Table function cannot contain subqueries
SELECT identity, event_id, COLUMNS((SELECT email FROM event_triggers)) FROM event_triggers

-- name: a_value_as_a_limit
-- save: passes
-- run: sql_error: a function was given a value that it cannot work with
SELECT identity, event_id FROM event_triggers LIMIT (SELECT email FROM event_triggers)

-- name: a_value_as_a_row_number
-- save: passes
-- run: sql_error: a function was given a value that it cannot work with
SELECT identity, event_id FROM event_triggers, range((SELECT email FROM event_triggers)::BIGINT)

-- name: a_value_as_an_enum
-- save: refused: may not use the type enum
-- run: sql_error: there is no type ENUM for it
SELECT identity, event_id, email::ENUM('a') AS a FROM event_triggers

-- name: a_subquery_of_two_rows
-- save: passes
-- run: sql_error: a function was given a value that it cannot work with
SELECT identity, event_id, (SELECT email FROM event_triggers, range(2)) AS a FROM event_triggers

-- name: a_number_that_overflows
-- save: passes
-- run: sql_error: a number is larger than its type can hold
SELECT identity, event_id, 9223372036854775807 + length(email) AS a FROM event_triggers

-- name: a_character_that_is_none
-- save: passes
-- run: sql_error: No function matches the given name and argument types 'chr(BIGINT)'. Y
SELECT identity, event_id, chr(length(email) * 100000000) AS a FROM event_triggers

-- name: a_name_close_to_another
-- save: passes
-- run: sql_error: Referenced column "emial" not found in FROM clause!
SELECT identity, event_id, emial FROM event_triggers

-- name: a_table_close_to_another
-- save: refused
-- run: sql_error: there is no table event_trigger for it
SELECT identity, event_id FROM event_trigger

-- name: nonsense
-- save: refused
-- run: sql_error: syntax error at or near "this"
this is not SQL
