SELECT identity, event_id, GREATEST(1, NULL) AS a, LEAST(1, 2) AS b, CONCAT('a', NULL) AS c, CONCAT('a', 'b') AS d, 'a' || NULL AS e
FROM event_triggers
