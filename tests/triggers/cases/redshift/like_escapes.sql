SELECT identity, event_id, event_name FROM event_triggers WHERE json_extract_path_text(properties, 'sku') LIKE '100\\%'
