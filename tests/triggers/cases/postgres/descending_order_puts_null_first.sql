SELECT identity, event_id, row_number() OVER (ORDER BY user_id DESC, ts) AS n
FROM event_triggers WHERE identity = 'ana@example.org' ORDER BY n
