SELECT identity, event_id FROM event_triggers c WHERE event_type = 'custom_cart'
AND NOT EXISTS (SELECT 1 FROM event_triggers p WHERE p.identity = c.identity AND p.event_type = 'custom_purchase') ORDER BY event_id
