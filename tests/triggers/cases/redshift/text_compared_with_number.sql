SELECT identity, event_id, 1 AS one FROM event_triggers WHERE json_extract_path_text(properties, 'price') > 10
