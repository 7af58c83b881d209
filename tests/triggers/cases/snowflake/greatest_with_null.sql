SELECT identity, event_id, GREATEST(1, NULL) AS a, LEAST(3, 2) AS b
FROM event_triggers
