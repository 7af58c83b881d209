WITH carts AS (SELECT identity, event_id, json_extract(properties, '$.items') AS items, CAST(json_extract_scalar(properties, '$.qty') AS integer) AS qty FROM event_triggers)
SELECT identity, event_id, qty / 2 AS pairs, json_array_length(items) AS n FROM carts WHERE qty > 1 ORDER BY event_id
