SELECT identity, event_id, item->>'sku' AS sku
FROM event_triggers e LEFT JOIN LATERAL jsonb_array_elements(e.properties->'items') AS item ON true
WHERE e.event_type = 'custom_cart' AND e.ts > '{cursor_start_time}'
ORDER BY e.ts, sku
