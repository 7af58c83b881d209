SELECT identity, event_id, ts + 1 AS d
FROM event_triggers
