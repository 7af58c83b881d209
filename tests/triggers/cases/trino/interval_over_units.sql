SELECT identity, event_id, ts - INTERVAL '1-2' YEAR TO MONTH AS a
FROM event_triggers
