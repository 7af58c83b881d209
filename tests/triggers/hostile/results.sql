-- Answers: too large, too many, or made to mislead who reads them.

-- name: rows_over_the_limit
-- save: passes
-- run: row_limit
SELECT identity, event_id FROM event_triggers, range(1000000000000)

-- name: rows_without_events
-- save: passes
-- run: row_limit
SELECT i AS identity, i AS event_id FROM range(1000000000000) t(i)

-- name: rows_by_unnest
-- save: passes
-- run: row_limit
SELECT identity, event_id, unnest(range(200000)) AS i FROM event_triggers

-- name: rows_by_a_cross_join
-- save: passes
-- run: row_limit
SELECT a.identity, a.event_id FROM event_triggers a<<20 , event_triggers e#>>

-- name: rows_by_recursion
-- save: passes
-- run: row_limit
WITH RECURSIVE a(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM a) SELECT i AS identity, i AS event_id FROM a

-- name: rows_by_json
-- save: passes
-- run: row_limit
SELECT identity, event_id, j.key FROM event_triggers, json_each('[' || repeat('1,', 200000) || '1]') j

-- name: rows_by_text
-- save: passes
-- run: row_limit
SELECT identity, event_id, regexp_split_to_table(repeat('a ', 200000), ' ') AS w FROM event_triggers

-- name: a_row_over_the_limit
-- save: passes
-- run: row_limit
SELECT identity, event_id, repeat('x', 300000) AS wide FROM event_triggers

-- name: a_row_over_the_limit_in_escapes
-- save: passes
-- run: row_limit
SELECT identity, event_id, repeat('"', 200000) AS wide FROM event_triggers

-- name: a_row_over_the_limit_in_a_list
-- save: passes
-- run: row_limit
SELECT identity, event_id, range(50000) AS wide FROM event_triggers

-- name: a_row_over_the_limit_in_columns
-- save: passes
-- run: row_limit
SELECT identity, event_id<<100 , repeat('x', 3000) AS c#>> FROM event_triggers

-- name: bytes_over_the_limit
-- save: passes
-- run: memory_limit or cpu_limit or row_limit
SELECT identity, event_id, repeat('x', 200000) AS wide FROM event_triggers, range(900)

-- name: values_over_the_memory_of_the_parent
-- save: passes
-- run: memory_limit or cpu_limit or row_limit
SELECT identity, event_id, list_transform(range(20000), lambda x: []) AS wide FROM event_triggers, range(190)

-- name: names_that_are_no_numbers
-- save: passes
-- run: answered: they become null, and rows without identity are reported
SELECT 'nan'::DOUBLE AS identity, 'inf'::DOUBLE AS event_id, '-inf'::FLOAT AS f FROM event_triggers

-- name: a_column_with_a_line_break
-- save: passes
-- run: answered: names are written as JSON, line breaks as escapes
SELECT identity, event_id, 1 AS "a
{""elapsed_ms"": 1}
" FROM event_triggers

-- name: a_value_with_line_breaks
-- save: passes
-- run: answered: values are written as JSON, line breaks as escapes
SELECT identity, event_id, chr(10) || '{"elapsed_ms": 1}' || chr(10) || '{"fault": "sql_error", "detail": "x"}' || chr(10) AS a FROM event_triggers

-- name: a_column_like_a_note
-- save: passes
-- run: answered: rows are lists, notes are objects
SELECT identity, event_id, 1 AS "columns", 2 AS "fault", 3 AS "elapsed_ms" FROM event_triggers

-- name: a_struct_like_a_note
-- save: passes
-- run: answered: it stays inside its row
SELECT identity, event_id, {'fault': 'sql_error', 'detail': 'x'} AS a FROM event_triggers

-- name: bytes_that_are_no_text
-- save: passes
-- run: answered: they are written as hexadecimal digits
SELECT identity, event_id, '\xFF\xFE'::BLOB AS a FROM event_triggers

-- name: bytes_decoded_as_text
-- save: passes
-- run: sql_error: a value cannot be converted to the type asked for; TRY_CAST gives NULL
SELECT identity, event_id, decode('\xFF'::BLOB) AS a FROM event_triggers

-- name: half_a_character
-- save: passes
-- run: sql_error: a function was given a value that it cannot work with
SELECT identity, event_id, chr(55296) AS a FROM event_triggers

-- name: half_a_character_in_json
-- save: passes
-- run: sql_error: a value cannot be converted to the type asked for; TRY_CAST gives NULL
SELECT identity, event_id, '{"a":"\ud800"}'::JSON->>'$.a' AS a FROM event_triggers

-- name: a_zero_byte_as_a_value
-- save: passes
-- run: answered: it is written as an escape
SELECT identity, event_id, chr(0) AS a FROM event_triggers

-- name: separators_of_lines
-- save: passes
-- run: answered: lines end at byte 10 alone
SELECT identity, event_id, chr(8232) || chr(133) || chr(13) AS a FROM event_triggers

-- name: an_integer_of_16_bytes
-- save: passes
-- run: answered: it is an integer of JSON
SELECT identity, event_id, 170141183460469231731687303715884105727::HUGEINT AS a FROM event_triggers

-- name: an_instant_without_end
-- save: passes
-- run: answered: it becomes the last instant that can be written
SELECT identity, event_id, 'infinity'::TIMESTAMP AS a, '-infinity'::DATE AS b FROM event_triggers

-- name: a_year_that_python_does_not_know
-- save: passes
-- run: sql_error: a value cannot be converted to the type asked for; TRY_CAST gives NULL
SELECT identity, event_id, DATE '290000-01-01' AS a, TIMESTAMP '-2000-01-01 (BC) 00:00:00' AS b FROM event_triggers

-- name: an_interval_that_python_does_not_know
-- save: passes
-- run: sql_error: it returns a value that cannot be written as JSON
SELECT identity, event_id, INTERVAL 100000000 YEAR AS a FROM event_triggers

-- name: a_time_at_the_end_of_the_day
-- save: passes
-- run: answered: it is written as text
SELECT identity, event_id, TIME '24:00:00' AS a FROM event_triggers

-- name: a_map_with_lists_as_keys
-- save: passes
-- run: answered: it is written as two lists
SELECT identity, event_id, MAP {[1]: 2} AS a FROM event_triggers

-- name: a_map_with_equal_names
-- save: passes
-- run: sql_error: a function was given a value that it cannot work with
SELECT identity, event_id, MAP {1: 'a', '1': 'b'} AS a FROM event_triggers

-- name: columns_of_the_same_name
-- save: passes
-- run: answered: the second one gets a number
SELECT identity, event_id, email AS identity, 'x' AS event_id FROM event_triggers

-- name: columns_that_differ_by_case
-- save: passes
-- run: answered: the second one gets a number
SELECT identity AS "IDENTITY", event_id AS "Event_Id", email AS "identity" FROM event_triggers

-- name: instants_with_a_zone_deep_inside
-- save: passes
-- run: answered: they are written in UTC
SELECT identity, event_id, [{'a': [now()]}] AS a, MAP {'x': {'y': now()}} AS b FROM event_triggers

-- name: a_variant
-- save: passes
-- run: answered: it is written as the value that it holds
SELECT identity, event_id, [1, 2]::VARIANT AS a FROM event_triggers

-- name: without_the_identity
-- save: refused
-- run: columns_missing
SELECT event_id FROM event_triggers

-- name: without_any_event
-- save: refused
-- run: columns_missing
SELECT 'a' AS identity

-- name: identity_of_another_shape
-- save: passes
-- run: answered: the run reports a row whose identity is no text
SELECT [identity] AS identity, {'a': event_id} AS event_id FROM event_triggers
