SELECT identity, event_id, ts - INTERVAL '1 day' AS a, ts + INTERVAL '2 hours, 5 minutes' AS b
FROM event_triggers
