SELECT identity, event_id, item->>'sku' AS sku, n
FROM event_triggers e CROSS JOIN LATERAL jsonb_array_elements(e.properties->'items') WITH ORDINALITY AS t(item, n)
ORDER BY n
