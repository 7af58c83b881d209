SELECT identity, event_id, properties->>'sku' AS sku
FROM event_triggers
WHERE properties->>'sku' = 'A-1' AND properties->>'$.ship.city' = 'Oslo'
