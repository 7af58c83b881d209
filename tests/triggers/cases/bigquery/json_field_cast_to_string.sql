SELECT identity, event_id, CAST(properties.sku AS STRING) AS a
FROM event_triggers
