SELECT c.identity, c.event_id FROM event_triggers c LEFT JOIN event_triggers p ON p.identity = c.identity AND p.event_type = 'custom_purchase'
WHERE c.event_type = 'custom_cart' AND p.event_id IS NULL ORDER BY c.event_id
