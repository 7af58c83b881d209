SELECT identity, event_id, json_extract_path_text(event_raw, 'properties', 'properties', 'utm.source', true) AS a, json_extract_path_text(properties, 'gone') AS b,
       json_extract_path_text(json_extract_path_text(event_raw, 'properties'), 'properties', 'ship', 'city') AS c
FROM event_triggers
