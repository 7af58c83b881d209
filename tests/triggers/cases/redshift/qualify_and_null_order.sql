SELECT identity, event_id, user_id FROM event_triggers
QUALIFY ROW_NUMBER() OVER (PARTITION BY identity ORDER BY user_id DESC) = 1
ORDER BY event_id
