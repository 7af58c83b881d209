SELECT identity, event_id, properties->>'price' AS price, CAST(properties->>'price' AS DECIMAL(18, 2)) + 0.01 AS more
FROM event_triggers
