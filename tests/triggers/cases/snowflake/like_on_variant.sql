SELECT identity, event_id, event_name
FROM event_triggers
WHERE properties:sku LIKE 'A%' OR properties:name ILIKE 'BOB'
ORDER BY ts
