SELECT identity, event_id, 1 AS one FROM event_triggers WHERE any_match(CAST(json_extract(properties, '$.items') AS ARRAY(JSON)), x -> json_extract_scalar(x, '$.sku') = 'A-1')
