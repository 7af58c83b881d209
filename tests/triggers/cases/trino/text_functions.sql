SELECT identity, event_id, strpos(event_id, '1') AS a, position('c' IN event_id) AS b, substr(event_type, 8) AS c, concat('a', 'b') AS d, 'a' || NULL AS e, concat_ws('-', 'a', NULL, 'b') AS f, replace('aba', 'a') AS g, length('Ünï') AS h, starts_with(event_id, 'c') AS i, lpad('7', 3, '0') AS j, reverse('ab') AS k, upper('a') AS l
FROM event_triggers
