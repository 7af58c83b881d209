SELECT identity, event_id, json_extract_scalar(event_raw, '$.properties.properties.sku') AS sku
FROM event_triggers
WHERE json_extract_scalar(properties, '$.sku') = 'A-1'
