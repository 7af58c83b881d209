SELECT identity, event_id, json_extract_path_text(json_extract_array_element_text(json_extract_path_text(properties, 'items'), 1), 'sku') AS a,
       json_array_length(json_extract_path_text(properties, 'items')) AS n, json_extract_array_element_text('["x"]', 5) AS gone, is_valid_json(event_raw) AS ok
FROM event_triggers
