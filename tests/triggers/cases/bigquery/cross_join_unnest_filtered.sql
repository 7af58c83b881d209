SELECT identity, event_id, CAST(JSON_VALUE(item, '$.qty') AS INT64) AS qty
FROM event_triggers CROSS JOIN UNNEST(JSON_EXTRACT_ARRAY(properties, '$.items')) AS item
WHERE JSON_VALUE(item, '$.sku') = 'B-2'
