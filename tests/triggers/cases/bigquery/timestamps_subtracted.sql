SELECT identity, event_id, 1 AS one FROM event_triggers WHERE ts - occurred_at > INTERVAL 1 HOUR
