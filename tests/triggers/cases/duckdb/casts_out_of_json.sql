SELECT identity, event_id, CAST(properties->>'price' AS DECIMAL(10, 2)) AS a, (properties->>'qty')::INT AS b, (properties->>'vip')::BOOLEAN AS c, TRY_CAST(properties->>'sku' AS INT) AS d, (properties->>'at')::TIMESTAMP AS e
FROM event_triggers
