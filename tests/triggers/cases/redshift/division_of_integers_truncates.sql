SELECT identity, event_id, 1 / 2 AS a, 7 / 2 AS b, -7 / 2 AS c, 7 / 2.0 AS d
FROM event_triggers
