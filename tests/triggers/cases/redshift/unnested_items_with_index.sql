SELECT identity, event_id, item.sku::varchar AS sku, i FROM event_triggers e, e.properties.items AS item AT i
