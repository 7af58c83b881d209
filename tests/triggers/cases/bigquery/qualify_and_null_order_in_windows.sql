SELECT identity, event_id, user_id FROM event_triggers WHERE identity = 'ana@example.org'
QUALIFY ROW_NUMBER() OVER (PARTITION BY identity ORDER BY user_id) = 1
