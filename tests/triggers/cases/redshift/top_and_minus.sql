SELECT TOP 1 identity, event_id FROM event_triggers WHERE event_type = 'custom_cart' ORDER BY ts
