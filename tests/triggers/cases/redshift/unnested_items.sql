SELECT identity, event_id, item.sku::varchar AS sku, item.qty::int AS qty
FROM event_triggers e, e.properties.items AS item
ORDER BY sku
