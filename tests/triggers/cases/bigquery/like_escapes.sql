SELECT identity, event_id, event_name FROM event_triggers WHERE JSON_VALUE(properties, '$.sku') LIKE '100\\%'
