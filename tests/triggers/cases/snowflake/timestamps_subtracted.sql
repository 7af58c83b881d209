SELECT identity, event_id, ts - occurred_at AS d
FROM event_triggers
