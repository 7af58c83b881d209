SELECT identity, event_id, properties:sku::string AS sku
FROM event_triggers
WHERE properties:sku::string = 'A-1'
