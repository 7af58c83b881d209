SELECT identity, event_id, CAST(json_extract(item, '$.qty') AS integer) AS qty
FROM event_triggers, UNNEST(CAST(json_extract(properties, '$.items') AS ARRAY(JSON))) AS t(item)
WHERE json_extract_scalar(item, '$.sku') = 'B-2'
