SELECT identity, event_id, 1.0 / 3 AS a
FROM event_triggers
