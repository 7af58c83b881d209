SELECT identity, event_id FROM event_triggers WHERE event_type = 'custom_cart'
EXCEPT DISTINCT
SELECT c.identity, c.event_id FROM event_triggers c JOIN event_triggers p ON p.identity = c.identity WHERE p.event_type = 'custom_purchase'
ORDER BY event_id
