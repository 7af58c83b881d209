SELECT identity, MAX(event_id) AS event_id, LISTAGG(event_id, '|') WITHIN GROUP (ORDER BY ts) AS ids, LISTAGG(DISTINCT event_type) AS kinds, LISTAGG(user_id, ',') AS users
FROM event_triggers WHERE event_type = 'custom_cart' GROUP BY identity ORDER BY identity
