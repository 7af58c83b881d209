SELECT identity, MAX(event_id) AS event_id, MAX_BY(user_id, ts) AS last_user, MIN_BY(event_type, ts) AS first_type
FROM event_triggers WHERE identity = 'ana@example.org' GROUP BY identity
