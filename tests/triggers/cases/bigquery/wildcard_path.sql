SELECT identity, event_id, JSON_QUERY(properties, '$.items[*].sku') AS a
FROM event_triggers
