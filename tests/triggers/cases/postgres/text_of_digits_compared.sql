SELECT identity, event_id, event_name FROM event_triggers WHERE properties->>'total' = '42.5' OR properties->>'price' = '19.99'
