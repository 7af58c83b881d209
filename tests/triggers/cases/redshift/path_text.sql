SELECT identity, event_id, json_extract_path_text(event_raw, 'properties', 'properties', 'sku') AS sku
FROM event_triggers
WHERE json_extract_path_text(properties, 'sku') = 'A-1'
