SELECT identity, event_id, event_type
FROM event_triggers
WHERE properties:price > 2.5 AND event_type = 'custom_cart'
ORDER BY ts
