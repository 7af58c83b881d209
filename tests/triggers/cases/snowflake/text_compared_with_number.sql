SELECT identity, event_id, event_name
FROM event_triggers
WHERE properties:total::string > 42
