SELECT identity, event_id, json_extract_scalar(item, '$.sku') AS sku, n
FROM event_triggers CROSS JOIN UNNEST(CAST(json_extract(properties, '$.items') AS ARRAY(JSON))) WITH ORDINALITY AS t(item, n)
ORDER BY n
