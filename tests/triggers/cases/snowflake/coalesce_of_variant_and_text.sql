SELECT identity, event_id, COALESCE(properties:gone, 'none') AS g
FROM event_triggers
