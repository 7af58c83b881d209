-- Time: each of these would run for very long.

-- name: recursion_without_end
-- save: passes
-- run: cpu_limit
WITH RECURSIVE a(i) AS (SELECT 1 UNION ALL SELECT i FROM a) SELECT 'x' AS identity, count(*) AS event_id FROM a

-- name: recursion_with_keys
-- save: passes
-- run: cpu_limit
WITH RECURSIVE a(k, i) USING KEY (k) AS (SELECT 1, 1 UNION SELECT 1, i + 1 FROM a) SELECT k AS identity, i AS event_id FROM a

-- name: a_cross_join
-- save: passes
-- run: cpu_limit
SELECT 'x' AS identity, count(*) AS event_id FROM range(1000000) a(i), range(1000000) b(j) WHERE hash(i, j) = 1

-- name: a_cross_join_of_events
-- save: passes
-- run: cpu_limit
SELECT a.identity, a.event_id FROM event_triggers a<<12 , event_triggers e#>>, range(1000000) t(i) WHERE hash(a.event_id, e1.event_id, e2.ts, e3.ts, e4.ts, e5.ts, i) = 1

-- name: an_unequal_join
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, count(*) AS event_id FROM range(10000000) a(i) JOIN range(10000000) b(j) ON i < j AND hash(i) < hash(j)

-- name: an_anti_join
-- save: passes
-- run: cpu_limit
SELECT 'x' AS identity, count(*) AS event_id FROM range(1000000) a(i) WHERE NOT EXISTS (SELECT 1 FROM range(1000000) b(j) WHERE j + i < 0)

-- name: a_correlated_subquery
-- save: passes
-- run: cpu_limit
SELECT 'x' AS identity, sum((SELECT sum(hash(i, j)) FROM range(100000) b(j))) AS event_id FROM range(100000) a(i)

-- name: a_series_without_end
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, sum(hash(i)) AS event_id FROM generate_series(0, 9223372036854775806) t(i)

-- name: sorts_within_a_window
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, max(n) AS event_id FROM (SELECT quantile_cont(hash(i), 0.5) OVER (ROWS BETWEEN 1500000 PRECEDING AND 1500000 FOLLOWING) AS n FROM range(3000000) t(i))

-- name: a_window_excluding_ties
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, max(n) AS event_id FROM (SELECT string_agg(i, ',') OVER (ORDER BY i ROWS BETWEEN 10000 PRECEDING AND 10000 FOLLOWING EXCLUDE CURRENT ROW) AS n FROM range(100000) t(i))

-- name: regular_expression_that_backtracks
-- save: passes
-- run: answered: the engine's expressions are automata and take linear time
SELECT identity, event_id, regexp_matches(repeat('a', 10000000), '(a+)+(a+)+b') AS m FROM event_triggers

-- name: regular_expression_that_repeats
-- save: passes
-- run: answered: the engine's expressions are automata and take linear time
SELECT identity, event_id, regexp_matches(repeat('a', 1000000), '(a{1,100}){1,9}b') AS m FROM event_triggers

-- name: regular_expression_too_large
-- save: passes
-- run: sql_error: a function was given a value that it cannot work with
SELECT identity, event_id, regexp_matches('a', '((a{1000}){1000}){1000}') AS m FROM event_triggers

-- name: regular_expression_extracting_much
-- save: passes
-- run: memory_limit or cpu_limit
SELECT identity, event_id, len(regexp_extract_all(repeat('ab', 30000000), '.')) AS n FROM event_triggers

-- name: regular_expression_replacing_much
-- save: passes
-- run: memory_limit or cpu_limit
SELECT identity, event_id, length(regexp_replace(repeat('a', 10000000), 'a', repeat('b', 1000), 'g')) AS n FROM event_triggers

-- name: a_like_that_backtracks
-- save: passes
-- run: answered: a percent sign matches the nearest, so the time is linear
SELECT 'x' AS identity, count(*) AS event_id FROM range(10000) t(i) WHERE repeat('a', (3000 + i % 10)::INT) LIKE repeat('%a', 1400) || 'b'

-- name: a_glob_that_backtracks
-- save: passes
-- run: cpu_limit
SELECT 'x' AS identity, count(*) AS event_id FROM range(100000000) t(i) WHERE repeat('a', (3000 + i % 10)::INT) GLOB repeat('*a', 1400) || 'b'

-- name: distance_of_long_texts
-- save: passes
-- run: memory_limit or cpu_limit
SELECT identity, event_id, levenshtein(repeat('a', 1000000), repeat('b', 1000000)) AS n FROM event_triggers

-- name: another_distance_of_long_texts
-- save: passes
-- run: memory_limit or cpu_limit
SELECT identity, event_id, damerau_levenshtein(repeat('a', 20000), repeat('b', 20000)) AS n FROM event_triggers, range(100)

-- name: similarity_of_long_texts
-- save: passes
-- run: memory_limit or cpu_limit
SELECT identity, event_id, jaro_winkler_similarity(repeat('ab', 1000000), repeat('ba', 1000000)) AS n FROM event_triggers

-- name: colliding_hashes
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, count(*) AS event_id FROM range(10000000) a(i) JOIN range(10000000) b(j) ON i % 2 = j % 2

-- name: formats_much
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, max(strftime(TIMESTAMP '2026-01-01', repeat('%c', 10000))) AS event_id FROM range(10000000)

-- name: sleeps
-- save: refused: may not call sleep_ms()
-- run: sql_error: it may not call sleep_ms
SELECT sleep_ms(100000) AS identity, 'y' AS event_id

-- name: sleeps_as_postgres
-- save: refused: may not call pg_sleep()
-- run: sql_error: it may not call pg_sleep
SELECT pg_sleep(100) AS identity, 'y' AS event_id

-- name: lambdas_in_lambdas
-- save: passes
-- run: cpu_limit or memory_limit
SELECT identity, event_id, list_sum(list_transform(range(3000), lambda a: list_sum(list_transform(range(3000), lambda b: list_sum(list_transform(range(3000), lambda c: a * b * c)))))) AS n FROM event_triggers

-- name: time_zones_much
-- save: passes
-- run: cpu_limit
SELECT 'x' AS identity, max(hour((TIMESTAMP '2026-01-01' + INTERVAL (i) SECOND) AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Tokyo')) AS event_id FROM range(1000000000) t(i)

-- name: collates_much
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, count(*) AS event_id FROM range(100000000) t(i) WHERE (i || 'ä') COLLATE de > 'x'
