SELECT identity, event_id, LOWER(properties:name) AS low, LENGTH(properties:sku) AS n, properties:sku || '!' AS joined, SPLIT_PART(properties:name, ' ', 2) AS last
FROM event_triggers
