SELECT identity, event_id, j.value->>'sku' AS sku, j.key AS place
FROM event_triggers e, json_each(e.properties->'items') AS j
ORDER BY j.key
