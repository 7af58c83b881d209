SELECT identity, event_id, json_extract_path_text(properties, 'vip')::boolean AS a, json_extract_path_text(properties, 'at')::timestamp AS b, CAST(json_extract_path_text(properties, 'name') AS varchar(3)) AS c, CONVERT(int, '7') AS d
FROM event_triggers
