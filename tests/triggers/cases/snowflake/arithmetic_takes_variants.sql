SELECT identity, event_id, properties:price * properties:qty AS total, properties:qty + 1 AS more, properties:units::int / 2 AS half
FROM event_triggers
