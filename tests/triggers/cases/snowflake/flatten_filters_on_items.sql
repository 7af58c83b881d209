SELECT identity, event_id, f.value:qty::int AS qty
FROM event_triggers, LATERAL FLATTEN(properties:items) f
WHERE f.value:sku = 'B-2'
