SELECT identity, event_id, substring(properties->>'sku' from '[0-9]+') AS a
FROM event_triggers
