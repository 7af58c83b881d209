SELECT identity, event_id, 'a' || NULL AS a, concat('a', NULL, 'b') AS b, greatest(1, NULL) AS c, split_part('a,b', ',', 3) AS d, regexp_extract('ab', '[0-9]+') AS e, regexp_replace('aaa', 'a', 'b') AS f, E'a\tb' AS g, ['x', 'y'][1] AS h, 'Ann'[1] AS i
FROM event_triggers
