SELECT identity, event_id, properties->'$.items[#-1].sku' AS a, json_extract_string(properties, '$."utm.source"') AS b, properties->>'$.items[*].sku' AS c, json_extract_string(properties, ['$.sku', '$.qty']) AS d,
       properties->>'/ship/city' AS e, json_value(properties, '$.ship') AS f
FROM event_triggers
