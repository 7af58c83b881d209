SELECT identity, event_id, row_number() OVER (PARTITION BY event_type ORDER BY ts) AS n, lag(event_id, 1, 'none') OVER (PARTITION BY identity ORDER BY ts) AS before
FROM event_triggers WHERE event_type = 'custom_cart' ORDER BY ts
