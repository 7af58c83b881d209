SELECT identity, event_id, INTERVAL '1 day' AS d
FROM event_triggers
