SELECT identity, event_id, CONCAT('a', NULL, 'b') AS a, 'a' || NULL AS b, CONCAT_WS('-', 'a', NULL) AS c, CONCAT_WS('-', 'a', 'b') AS d
FROM event_triggers
