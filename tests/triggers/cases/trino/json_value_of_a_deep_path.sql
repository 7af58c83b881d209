SELECT identity, event_id, JSON_VALUE(properties, 'lax $.ship.city') AS a
FROM event_triggers
