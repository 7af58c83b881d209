SELECT identity, event_id, 1 AS one FROM event_triggers WHERE properties->>'price' > 10
