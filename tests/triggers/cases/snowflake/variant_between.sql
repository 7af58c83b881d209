SELECT identity, event_id, event_name
FROM event_triggers
WHERE properties:qty BETWEEN 5 AND 6
