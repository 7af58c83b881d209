SELECT identity, event_id, DATEADD(day, properties:qty, ts) AS later
FROM event_triggers
