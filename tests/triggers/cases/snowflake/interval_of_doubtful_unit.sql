SELECT identity, event_id, ts - INTERVAL '1 mm' AS t
FROM event_triggers
