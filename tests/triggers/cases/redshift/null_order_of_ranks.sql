SELECT identity, event_id, ROW_NUMBER() OVER (ORDER BY user_id) AS n FROM event_triggers WHERE identity = 'ana@example.org' ORDER BY n
