SELECT identity, event_id, json_extract_path_text(properties, 'ship', 'city') AS a, json_extract_path_text(properties, 'items', '0', 'sku') AS b, jsonb_extract_path_text(properties, 'utm.source') AS c
FROM event_triggers
