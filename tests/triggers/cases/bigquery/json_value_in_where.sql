SELECT identity, event_id, JSON_VALUE(event_raw, '$.properties.properties.sku') AS sku
FROM `acme.event_triggers`
WHERE JSON_VALUE(properties, '$.sku') = 'A-1'
