SELECT identity, event_id, event_name FROM event_triggers WHERE (properties->>'qty')::int = '7' AND ts > '2026-03-01 12:00:00'
