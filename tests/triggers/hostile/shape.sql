-- Queries whose text alone is the attack.

-- name: a_literal_of_megabytes
-- save: refused
-- run: row_limit
SELECT '<<300000 xxxxxxxxxx>>' AS identity, 'y' AS event_id

-- name: a_number_of_many_digits
-- save: refused
-- run: answered: it is a value of its author's own length
SELECT <<100000 1>> AS identity, 'y' AS event_id

-- name: deep_brackets
-- save: refused
-- run: sql_error: it is nested too deeply; split it with WITH
SELECT <<5000 (>>1<<5000 )>> AS identity, 'y' AS event_id

-- name: deep_brackets_without_an_end
-- save: refused
-- run: sql_error: Allocation failure
SELECT <<100000 (>>

-- name: deep_lists
-- save: refused
-- run: memory_limit or cpu_limit
SELECT identity, event_id, <<900 [>>1<<900 ]>> AS a FROM event_triggers

-- name: deep_structs
-- save: refused
-- run: answered: it is bound within the limits
SELECT identity, event_id, <<200 {'a': >>1<<200 }>> AS a FROM event_triggers

-- name: deep_subqueries
-- save: refused
-- run: answered: it is flattened within the limits
SELECT * FROM <<300 (SELECT * FROM >>event_triggers<<300 )>>

-- name: deep_functions
-- save: refused
-- run: memory_limit or cpu_limit
SELECT identity, event_id, <<900 lower(>>email<<900 )>> AS a FROM event_triggers

-- name: deep_cases
-- save: refused
-- run: answered: it is bound within the limits
SELECT identity, event_id, <<300 CASE WHEN true THEN >>1<<300  END>> AS a FROM event_triggers

-- name: deep_negations
-- save: refused
-- run: sql_error: it is nested too deeply; split it with WITH
SELECT identity, event_id FROM event_triggers WHERE <<20000 NOT >>true

-- name: deep_minuses
-- save: refused
-- run: sql_error: it is nested too deeply; split it with WITH
SELECT identity, event_id, <<20000 - >>1 AS a FROM event_triggers

-- name: deep_types
-- save: refused
-- run: answered: it is bound within the limits
SELECT identity, event_id, NULL::<<150 STRUCT(a >>INTEGER<<150 )>> AS a FROM event_triggers

-- name: deep_lists_of_lists
-- save: refused
-- run: sql_error: it is nested too deeply; split it with WITH
SELECT identity, event_id, NULL::INTEGER<<3000 []>> AS a FROM event_triggers

-- name: deep_lambdas
-- save: refused
-- run: memory_limit or cpu_limit
SELECT identity, event_id, <<200 list_transform([1], lambda x#: >>1<<200 )>> AS a FROM event_triggers

-- name: deep_with
-- save: refused
-- run: answered: it is bound within the limits
<<300 WITH a# AS (>>SELECT 'x' AS identity, 'y' AS event_id<<300 ) SELECT 'x' AS identity, 'y' AS event_id>>

-- name: a_long_sum
-- save: passes
-- run: sql_error: it is nested too deeply; split it with WITH
SELECT identity, event_id, <<9000 1+>>1 AS a FROM event_triggers

-- name: a_long_conjunction
-- save: refused
-- run: answered: it is flattened within the limits
SELECT identity, event_id FROM event_triggers WHERE <<5000 true AND >>true

-- name: a_long_chain_of_calls
-- save: refused
-- run: memory_limit or cpu_limit
SELECT identity, event_id, email<<900 .lower()>> AS a FROM event_triggers

-- name: a_long_chain_of_casts
-- save: passes
-- run: sql_error: it is nested too deeply; split it with WITH
SELECT identity, event_id, 1<<2000 ::INT>> AS a FROM event_triggers

-- name: a_long_chain_of_paths
-- save: passes
-- run: sql_error: it is nested too deeply; split it with WITH
SELECT identity, event_id, event_raw<<2000 ->'a'>> AS a FROM event_triggers

-- name: thousands_of_columns
-- save: refused
-- run: row_limit
SELECT identity, event_id<<2000 , # AS c#>> FROM event_triggers

-- name: columns_over_the_limit
-- save: passes
-- run: row_limit
SELECT identity, event_id<<250 , #>> FROM event_triggers

-- name: columns_multiplied_by_stars
-- save: passes
-- run: row_limit
SELECT a.*<<40 , a.*>> FROM event_triggers a

-- name: columns_multiplied_by_levels
-- save: passes
-- run: row_limit
WITH a0 AS (SELECT * FROM event_triggers)<<12 , a#x AS (SELECT * FROM event_triggers)>> SELECT * FROM a0<<12 , a#x>>

-- name: columns_by_an_unpacked_struct
-- save: passes
-- run: row_limit
SELECT identity, event_id, unnest({'a0': 1<<300 , 'a#x': 1>>}) FROM event_triggers

-- name: a_column_with_a_long_name
-- save: refused
-- run: answered: the name counts in the size of each row
SELECT identity, event_id, 1 AS "<<3000 abcdefghij>>" FROM event_triggers

-- name: columns_doubling
-- save: passes
-- run: row_limit
WITH a0 AS (SELECT * FROM event_triggers), a1 AS (SELECT x.*, y.* FROM a0 x, a0 y), a2 AS (SELECT x.*, y.* FROM a1 x, a1 y), a3 AS (SELECT x.*, y.* FROM a2 x, a2 y), a4 AS (SELECT x.*, y.* FROM a3 x, a3 y), a5 AS (SELECT x.*, y.* FROM a4 x, a4 y), a6 AS (SELECT x.*, y.* FROM a5 x, a5 y) SELECT * FROM a6

-- name: queries_doubling
-- save: passes
-- run: memory_limit or cpu_limit
WITH a0 AS (SELECT identity, event_id FROM event_triggers)<<14 , b# AS NOT MATERIALIZED (SELECT * FROM a0)>>, a1 AS NOT MATERIALIZED (SELECT * FROM a0 UNION ALL SELECT * FROM a0), a2 AS NOT MATERIALIZED (SELECT * FROM a1 UNION ALL SELECT * FROM a1), a3 AS NOT MATERIALIZED (SELECT * FROM a2 UNION ALL SELECT * FROM a2), a4 AS NOT MATERIALIZED (SELECT * FROM a3 UNION ALL SELECT * FROM a3), a5 AS NOT MATERIALIZED (SELECT * FROM a4 UNION ALL SELECT * FROM a4), a6 AS NOT MATERIALIZED (SELECT * FROM a5 UNION ALL SELECT * FROM a5), a7 AS NOT MATERIALIZED (SELECT * FROM a6 UNION ALL SELECT * FROM a6), a8 AS NOT MATERIALIZED (SELECT * FROM a7 UNION ALL SELECT * FROM a7), a9 AS NOT MATERIALIZED (SELECT * FROM a8 UNION ALL SELECT * FROM a8), a10 AS NOT MATERIALIZED (SELECT * FROM a9 UNION ALL SELECT * FROM a9), a11 AS NOT MATERIALIZED (SELECT * FROM a10 UNION ALL SELECT * FROM a10), a12 AS NOT MATERIALIZED (SELECT * FROM a11 UNION ALL SELECT * FROM a11), a13 AS NOT MATERIALIZED (SELECT * FROM a12 UNION ALL SELECT * FROM a12) SELECT * FROM a13

-- name: thousands_of_with
-- save: refused
-- run: sql_error: it is nested too deeply; split it with WITH
WITH a AS (SELECT 1)<<1500 , a#x AS (SELECT 1)>> SELECT 'x' AS identity, 'y' AS event_id

-- name: a_chain_of_with
-- save: passes
-- run: answered: it is bound within the limits
WITH a AS (SELECT identity, event_id FROM event_triggers), a0 AS (SELECT * FROM a)<<300 , b# AS (SELECT * FROM a0)>> SELECT * FROM b299

-- name: thousands_of_unions
-- save: refused
-- run: memory_limit or cpu_limit
SELECT identity, event_id FROM event_triggers<<3000  UNION ALL SELECT identity, event_id FROM event_triggers>>

-- name: thousands_of_joins
-- save: refused
-- run: sql_error: it is nested too deeply; split it with WITH
SELECT e.identity, e.event_id FROM event_triggers e<<1500  JOIN contacts c# ON c#.identity = e.identity>>

-- name: a_join_order_to_think_about
-- save: passes
-- run: memory_limit or cpu_limit
SELECT e.identity, e.event_id FROM event_triggers e<<60 , event_triggers t#>> WHERE true<<60  AND t#.identity = e.identity>>

-- name: a_list_of_many_choices
-- save: refused
-- run: memory_limit or cpu_limit
SELECT identity, event_id FROM event_triggers WHERE event_id IN (<<50000 '#', >>'x')

-- name: many_rows_of_values
-- save: refused
-- run: row_limit
SELECT a AS identity, b AS event_id FROM (VALUES ('x', 'y')<<1500 , ('#', '#')>>) t(a, b)

-- name: many_groupings
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, 'y' AS event_id FROM event_triggers GROUP BY CUBE (identity, identity_type, ts, event_type, event_id, event_name, client_id, user_id, email, occurred_at, sent_at, received_at)

-- name: many_more_groupings
-- save: passes
-- run: sql_error: Maximum grouping set count of 65535 exceeded
SELECT 'x' AS identity, 'y' AS event_id FROM event_triggers GROUP BY CUBE (identity<<25 , (hash(event_id) + #)>>)

-- name: many_aggregates
-- save: passes
-- run: answered: it is computed within the limits
SELECT 'x' AS identity, 'y' AS event_id<<150 , approx_quantile(hash(event_id), 0.#) AS q#>> FROM event_triggers

-- name: a_comment_of_megabytes
-- save: refused
-- run: answered: it is skipped
SELECT identity, event_id /* <<300000 xxxxxxxxxx>> */ FROM event_triggers

-- name: a_zero_byte
-- save: refused
-- run: answered: it is a character like another, written as an escape
SELECT identity, event_id, '<<NUL>>' AS a FROM event_triggers

-- name: a_name_with_a_zero_byte
-- save: refused
-- run: answered: it is a character like another, written as an escape
SELECT identity, event_id, 1 AS "a<<NUL>>b" FROM event_triggers
