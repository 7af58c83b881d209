SELECT identity, event_id, event_name FROM event_triggers WHERE json_extract_scalar(properties, '$.sku') LIKE '100!%' ESCAPE '!' OR json_extract_scalar(properties, '$.sku') LIKE '100\%'
