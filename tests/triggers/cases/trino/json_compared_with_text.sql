SELECT identity, event_id, 1 AS one FROM event_triggers WHERE json_extract(properties, '$.sku') = 'A-1'
