SELECT identity, event_id, 1 AS one FROM event_triggers WHERE event_id ~ 'c' || '1'
