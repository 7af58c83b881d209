SELECT identity, event_id, properties:qty::int AS qty, qty * 2 AS twice
FROM event_triggers WHERE qty = 2
