SELECT identity, event_id, item->>'sku' AS sku, (item->>'qty')::int AS qty
FROM event_triggers e, jsonb_array_elements(e.properties->'items') AS item
WHERE item->>'sku' = 'B-2'
