-- Memory: each of these asks for more than a query may have.

-- name: one_long_text
-- save: passes
-- run: memory_limit or cpu_limit
SELECT identity, event_id, lpad('x', 1500000000, 'y') AS bomb FROM event_triggers

-- name: one_long_text_measured
-- save: passes
-- run: memory_limit or cpu_limit
SELECT identity, event_id, length(lpad('x', 1500000000, 'y')) AS n FROM event_triggers

-- name: repeats_a_text
-- save: passes
-- run: memory_limit
SELECT identity, event_id, repeat('x', 4000000000) AS bomb FROM event_triggers

-- name: repeats_a_repetition
-- save: passes
-- run: sql_error: a number is larger than its type can hold
SELECT identity, event_id, length(repeat(repeat(repeat('x', 10000), 10000), 10000)) AS n FROM event_triggers

-- name: repeats_a_list
-- save: passes
-- run: memory_limit
SELECT identity, event_id, repeat([1], 1000000000) AS bomb FROM event_triggers

-- name: a_sum_of_a_long_list
-- save: passes
-- run: memory_limit
SELECT identity, event_id, list_sum(range(200000000)) AS n FROM event_triggers

-- name: a_long_series
-- save: passes
-- run: memory_limit
SELECT identity, event_id, len(generate_series(1, 2000000000)) AS n FROM event_triggers

-- name: a_series_of_instants
-- save: passes
-- run: memory_limit or cpu_limit
SELECT identity, event_id, len(generate_series(TIMESTAMP '0001-01-01', TIMESTAMP '9999-01-01', INTERVAL 1 SECOND)) AS n FROM event_triggers

-- name: a_list_made_longer
-- save: passes
-- run: memory_limit
SELECT identity, event_id, len(list_resize([1], 2000000000, 0)) AS n FROM event_triggers

-- name: an_array_made_longer
-- save: passes
-- run: memory_limit
SELECT identity, event_id, len(array_resize([1], 2000000000, 0)) AS n FROM event_triggers

-- name: a_list_of_lists
-- save: passes
-- run: memory_limit or cpu_limit
SELECT identity, event_id, len(list_transform(range(100000), lambda x: range(100000))) AS n FROM event_triggers

-- name: a_list_of_texts
-- save: passes
-- run: memory_limit or cpu_limit
SELECT identity, event_id, len(list_transform(range(100000), lambda x: repeat('x', 100000))) AS n FROM event_triggers

-- name: a_text_doubled_by_reduce
-- save: passes
-- run: memory_limit or cpu_limit
SELECT identity, event_id, length(list_reduce(range(100), lambda a, b: a || a, 'x')) AS n FROM event_triggers

-- name: a_list_doubled_by_reduce
-- save: passes
-- run: memory_limit or cpu_limit
SELECT identity, event_id, len(list_reduce(list_transform(range(100), lambda x: [x]), lambda a, b: list_concat(a, a))) AS n FROM event_triggers

-- name: a_text_of_a_cross_join
-- save: passes
-- run: memory_limit
SELECT 'x' AS identity, length(string_agg(a.event_raw || b.event_raw || i, ',')) AS event_id FROM event_triggers a, event_triggers b, range(10000000) t(i)

-- name: a_list_of_a_cross_join
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, len(list(i || 'x')) AS event_id FROM range(30000) a(i), range(30000) b(j)

-- name: json_of_a_cross_join
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, length(json_group_array(i)::VARCHAR) AS event_id FROM range(100000000) t(i)

-- name: an_object_of_a_cross_join
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, length(json_group_object(i, i)::VARCHAR) AS event_id FROM range(50000000) t(i)

-- name: distinct_values
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, count(*) AS event_id FROM (SELECT DISTINCT hash(i) FROM range(100000000) t(i))

-- name: groups
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, count(*) AS event_id FROM (SELECT hash(i) AS h, count(*) FROM range(100000000) t(i) GROUP BY h)

-- name: groups_of_everything
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, count(*) AS event_id FROM (SELECT i, j, count(*) FROM range(10000) t(i), range(10000) u(j) GROUP BY CUBE (i, j))

-- name: a_histogram
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, cardinality(histogram(i)) AS event_id FROM range(100000000) t(i)

-- name: a_quantile
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, quantile_cont(i, 0.5) AS event_id FROM range(200000000) t(i)

-- name: a_mode
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, mode(i) AS event_id FROM range(100000000) t(i)

-- name: a_top_k
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, len(max(i, 999999)) AS event_id FROM range(100000000) t(i)

-- name: an_approximate_top_k
-- save: passes
-- run: memory_limit
SELECT 'x' AS identity, approx_top_k(i, 999999) AS event_id FROM range(100000000) t(i)

-- name: many_sketches
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, sum(n) AS event_id FROM (SELECT approx_count_distinct(i) AS n FROM range(3000000) t(i) GROUP BY i)

-- name: a_sort
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, sum(i) AS event_id FROM (SELECT i FROM range(100000000) t(i) ORDER BY hash(i) LIMIT 50000000)

-- name: a_wide_sort
-- save: passes
-- run: memory_limit
SELECT 'x' AS identity, count(*) AS event_id FROM (SELECT repeat('x', 100000) || i AS w FROM range(1000000) t(i) ORDER BY w LIMIT 900000)

-- name: a_window_over_everything
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, max(n) AS event_id FROM (SELECT sum(i) OVER (ORDER BY hash(i)) AS n FROM range(50000000) t(i))

-- name: a_window_of_lists
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, max(len(n)) AS event_id FROM (SELECT list(i) OVER (ORDER BY i) AS n FROM range(1000000) t(i))

-- name: a_join_with_a_large_table
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, count(*) AS event_id FROM range(100000000) a(i) JOIN range(100000000) b(j) ON hash(i) = hash(j)

-- name: a_self_join_of_wide_rows
-- save: passes
-- run: memory_limit
SELECT 'x' AS identity, count(*) AS event_id FROM (SELECT repeat('x', 1000000) AS w, i FROM range(100000) t(i)) a JOIN (SELECT repeat('x', 1000000) AS w, i FROM range(100000) t(i)) b USING (w)

-- name: a_materialized_table
-- save: passes
-- run: memory_limit
WITH a AS MATERIALIZED (SELECT repeat('x', 1000) || i AS w FROM range(10000000) t(i)) SELECT 'x' AS identity, count(*) AS event_id FROM a, a b

-- name: text_to_base64
-- save: passes
-- run: memory_limit
SELECT identity, event_id, length(to_base64(repeat('x', 300000000)::BLOB)) AS n FROM event_triggers

-- name: text_to_hex
-- save: passes
-- run: memory_limit
SELECT identity, event_id, length(hex(repeat('x', 300000000))) AS n FROM event_triggers

-- name: text_to_binary
-- save: passes
-- run: memory_limit or cpu_limit
SELECT identity, event_id, length(bin(repeat('x', 100000000))) AS n FROM event_triggers

-- name: text_split
-- save: passes
-- run: memory_limit or cpu_limit
SELECT identity, event_id, len(string_split(repeat('x,', 50000000), ',')) AS n FROM event_triggers

-- name: text_replaced
-- save: passes
-- run: memory_limit or cpu_limit
SELECT identity, event_id, length(replace(repeat('x', 20000000), 'x', repeat('y', 1000))) AS n FROM event_triggers

-- name: text_reversed
-- save: passes
-- run: memory_limit
SELECT identity, event_id, length(reverse(repeat('äx', 200000000))) AS n FROM event_triggers

-- name: text_normalized
-- save: passes
-- run: memory_limit
SELECT identity, event_id, length(nfc_normalize(repeat('ä', 200000000))) AS n FROM event_triggers

-- name: text_url_encoded
-- save: passes
-- run: memory_limit
SELECT identity, event_id, length(url_encode(repeat('ä', 100000000))) AS n FROM event_triggers

-- name: text_formatted_wide
-- save: passes
-- run: memory_limit
SELECT identity, event_id, length(format('{:>2000000000}', 'x')) AS n FROM event_triggers

-- name: text_printed_wide
-- save: passes
-- run: memory_limit
SELECT identity, event_id, length(printf('%2000000000d', 1)) AS n FROM event_triggers

-- name: text_cast_to_bits
-- save: passes
-- run: memory_limit
SELECT identity, event_id, length(repeat('1', 400000000)::BIT) AS n FROM event_triggers

-- name: a_number_to_a_long_base
-- save: passes
-- run: sql_error: a function was given a value that it cannot work with
SELECT identity, event_id, length(to_base(1, 2, 2000000000)) AS n FROM event_triggers

-- name: json_made_deep
-- save: passes
-- run: memory_limit or cpu_limit
SELECT identity, event_id, json(repeat('[', 5000000) || repeat(']', 5000000)) AS n FROM event_triggers

-- name: json_made_deep_and_taken_apart
-- save: passes
-- run: answered: 900 levels are parsed within the limits
SELECT identity, event_id, (SELECT count(*) FROM json_tree(repeat('[', 900) || repeat(']', 900))) AS n FROM event_triggers

-- name: json_made_pretty
-- save: passes
-- run: answered: 900 levels are written within the limits
SELECT identity, event_id, length(json_pretty(repeat('[', 900) || repeat(']', 900))) AS n FROM event_triggers

-- name: json_made_large
-- save: passes
-- run: memory_limit
SELECT identity, event_id, json_array_length('[' || repeat('1,', 100000000) || '1]') AS n FROM event_triggers

-- name: json_merged
-- save: passes
-- run: memory_limit or cpu_limit
SELECT identity, event_id, length(list_reduce(range(60), lambda a, b: json_object('a', a::JSON, 'b', a::JSON)::VARCHAR, '1')) AS n FROM event_triggers

-- name: json_structure_of_many_keys
-- save: passes
-- run: memory_limit or cpu_limit
SELECT 'x' AS identity, length(json_structure('{' || string_agg('"k' || i || '":1', ',') || '}')::VARCHAR) AS event_id FROM range(3000000) t(i)

-- name: a_map_of_many_keys
-- save: passes
-- run: memory_limit
SELECT 'x' AS identity, cardinality(map(range(30000000), range(30000000))) AS event_id

-- name: a_list_sorted
-- save: passes
-- run: memory_limit
SELECT identity, event_id, list_sort(range(100000000))[1] AS n FROM event_triggers

-- name: a_list_made_distinct
-- save: passes
-- run: memory_limit
SELECT identity, event_id, len(list_distinct(range(50000000))) AS n FROM event_triggers

-- name: a_list_zipped
-- save: passes
-- run: memory_limit
SELECT identity, event_id, len(list_zip(range(50000000), range(50000000))) AS n FROM event_triggers

-- name: lists_crossed
-- save: passes
-- run: memory_limit or cpu_limit
SELECT identity, event_id, len(flatten(list_transform(range(20000), lambda a: list_transform(range(20000), lambda b: a * b)))) AS n FROM event_triggers

-- name: a_fixed_array
-- save: passes
-- run: memory_limit
SELECT identity, event_id, NULL::INTEGER[100000][100000] AS n FROM event_triggers

-- name: a_large_array
-- save: passes
-- run: memory_limit
SELECT identity, event_id, NULL::INTEGER[99999][9999] AS n FROM event_triggers

-- name: an_array_of_arrays_of_arrays
-- save: passes
-- run: memory_limit
SELECT identity, event_id, NULL::DOUBLE[1000][1000][1000] AS n FROM event_triggers

-- name: a_pivot_of_many_values
-- save: passes
-- run: row_limit
SELECT * FROM (PIVOT (SELECT 'x' AS identity, 'y' AS event_id, i FROM range(1000) t(i)) ON i IN (<<1000 #, >>1000) USING count(*))

-- name: bits_of_a_range
-- save: refused: may not call bitstring_agg()
-- run: sql_error: it may not call bitstring_agg
SELECT 'x' AS identity, bit_count(bitstring_agg(i, 0, 2000000000)) AS event_id FROM range(10) t(i)

-- name: a_nested_recursion_of_rows
-- save: passes
-- run: memory_limit or cpu_limit
WITH RECURSIVE a(t) AS (SELECT 'x' UNION ALL SELECT t || t FROM a) SELECT t AS identity, 'y' AS event_id FROM a

-- name: a_recursion_that_doubles
-- save: passes
-- run: row_limit
WITH RECURSIVE a(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM a, range(2)) SELECT i AS identity, 'y' AS event_id FROM a
