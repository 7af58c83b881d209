SELECT identity, event_id, 0.1 + 0.2 = 0.3 AS a, 1.5 AS b
FROM event_triggers
