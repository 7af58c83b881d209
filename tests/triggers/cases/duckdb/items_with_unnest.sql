SELECT identity, event_id, item->>'sku' AS sku
FROM (SELECT identity, event_id, unnest(CAST(properties->'items' AS JSON[])) AS item FROM event_triggers)
ORDER BY sku
