SELECT identity, event_id, LAST_VALUE(event_id) OVER (PARTITION BY identity ORDER BY ts) AS newest
FROM event_triggers
WHERE event_type = 'custom_cart' OR identity = 'ana@example.org'
ORDER BY ts
