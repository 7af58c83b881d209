SELECT identity, event_id, JSON_VALUE(item.sku) AS sku
FROM event_triggers LEFT JOIN UNNEST(JSON_QUERY_ARRAY(properties, '$.items')) AS item
WHERE event_type = 'custom_cart' ORDER BY ts, sku
