SELECT identity, event_id, JSON_VALUE(properties, 'lax $.sku') AS a, json_array_length(json_extract(properties, '$.items')) AS n, json_array_length(json_extract(properties, '$.sku')) AS none, json_format(json_extract(properties, '$.ship')) AS b,
       json_extract_scalar(json_parse('{"a": 1}'), '$.a') AS c
FROM event_triggers
