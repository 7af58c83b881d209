SELECT identity, event_id, 1 AS one FROM event_triggers WHERE ts > '2026-03-01 00:00:00'
