SELECT identity, event_id FROM event_triggers
WHERE event_type = 'custom_cart' AND identity NOT IN (SELECT identity FROM event_triggers WHERE event_type = 'custom_purchase') ORDER BY event_id
