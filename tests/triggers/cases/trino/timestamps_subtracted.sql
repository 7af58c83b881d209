SELECT identity, event_id, event_name FROM event_triggers WHERE ts - occurred_at < INTERVAL '1' MINUTE AND event_type = 'custom_purchase'
