SELECT identity, event_id, properties:sku::string AS sku
FROM event_triggers
WHERE properties:sku IN ('A-1', 'B-2')
ORDER BY ts
