SELECT identity, event_id, properties->>'sku' AS "Sku", 1 AS sku
FROM event_triggers
