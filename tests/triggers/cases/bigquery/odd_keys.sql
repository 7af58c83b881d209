SELECT identity, event_id, JSON_VALUE(properties, '$."utm.source"') AS a, JSON_EXTRACT_SCALAR(properties, "$['utm.source']") AS b, JSON_VALUE(properties, '$.items[1].sku') AS c
FROM event_triggers
