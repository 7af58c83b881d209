SELECT identity, event_id, 1 AS one FROM event_triggers ORDER BY properties:qty
