SELECT identity, event_id FROM event_triggers WHERE identity IN (SELECT identity FROM event_triggers WHERE event_type = 'custom_purchase')
EXCEPT SELECT identity, event_id FROM event_triggers WHERE event_type = 'custom_purchase'
