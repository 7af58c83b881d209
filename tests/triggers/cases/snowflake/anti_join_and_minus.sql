WITH buyers AS (SELECT identity FROM event_triggers WHERE event_type = 'custom_purchase')
SELECT identity, event_id FROM event_triggers WHERE event_type = 'custom_cart'
MINUS
SELECT e.identity, e.event_id FROM event_triggers e JOIN buyers b ON b.identity = e.identity
ORDER BY event_id
