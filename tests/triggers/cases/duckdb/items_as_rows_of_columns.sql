SELECT identity, event_id, item.sku AS sku, item.qty AS qty
FROM (SELECT identity, event_id, unnest(from_json(properties->'items', '[{"sku": "VARCHAR", "qty": "INTEGER"}]')) AS item FROM event_triggers)
ORDER BY sku
