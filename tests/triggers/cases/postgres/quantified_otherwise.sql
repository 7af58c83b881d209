SELECT identity, event_id, 1 AS one FROM event_triggers WHERE ts > ALL(SELECT ts FROM event_triggers)
