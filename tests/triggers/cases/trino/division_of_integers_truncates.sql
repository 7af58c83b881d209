SELECT identity, event_id, 1 / 2 AS a, 7 / 2 AS b, -7 / 2 AS c, 7 / 2E0 AS d, 7 % 3 AS e
FROM event_triggers
