SELECT identity, event_id, HASH(event_id) AS h
FROM event_triggers
