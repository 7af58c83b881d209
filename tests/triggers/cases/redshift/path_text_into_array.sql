SELECT identity, event_id, json_extract_path_text(properties, 'items', '0') AS a
FROM event_triggers
