SELECT identity, event_id, LAX_INT64(properties.units) AS a
FROM event_triggers
