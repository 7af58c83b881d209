SELECT identity, event_id, JSON_VALUE(item, '$.sku') AS sku, place
FROM event_triggers e, UNNEST(JSON_QUERY_ARRAY(e.properties, '$.items')) AS item WITH OFFSET AS place
ORDER BY place
