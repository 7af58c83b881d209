SELECT identity, event_id, JSON_QUERY(properties, 'lax $.items') AS a
FROM event_triggers
