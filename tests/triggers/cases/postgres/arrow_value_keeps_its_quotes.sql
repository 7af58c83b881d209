SELECT identity, event_id, properties->'sku' AS a, (properties->'sku')::text AS b, properties->'sku' = '"A-1"' AS c
FROM event_triggers
