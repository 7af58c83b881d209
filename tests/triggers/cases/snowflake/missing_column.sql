SELECT identity, event_id, sku
FROM event_triggers
