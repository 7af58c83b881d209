SELECT identity, event_id, sku FROM event_triggers CROSS JOIN UNNEST(CAST(json_extract(properties, '$.items') AS ARRAY(ROW(sku varchar)))) AS t(sku)
