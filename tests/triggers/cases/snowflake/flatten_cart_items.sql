SELECT identity, event_id, f.index AS place, f.value:sku::string AS sku, f.value:price::number(10, 2) AS price
FROM event_triggers e, LATERAL FLATTEN(input => e.properties:items) f
ORDER BY f.index
