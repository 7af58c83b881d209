SELECT identity, event_id, properties:sku AS x FROM event_triggers UNION ALL SELECT identity, event_id, event_name FROM event_triggers
