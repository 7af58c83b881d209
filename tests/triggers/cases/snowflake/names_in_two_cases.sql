SELECT identity, event_id, properties:sku::string AS total, 2 AS "Total"
FROM event_triggers
