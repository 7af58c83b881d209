SELECT identity, event_id, user_id FROM event_triggers WHERE identity = 'ana@example.org' ORDER BY user_id DESC
