SELECT identity, max(event_id) AS event_id, array_agg(user_id ORDER BY ts) AS users
FROM event_triggers WHERE identity = 'ana@example.org' GROUP BY identity
