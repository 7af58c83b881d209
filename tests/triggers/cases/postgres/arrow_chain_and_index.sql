SELECT identity, event_id, properties->'items'->0->>'sku' AS a, properties->'items'->-1->>'sku' AS b, event_raw->'properties'->'properties'->>'cartId' AS c, properties->'ship'->>'0' AS d
FROM event_triggers
