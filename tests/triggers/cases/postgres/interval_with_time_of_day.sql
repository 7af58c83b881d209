SELECT identity, event_id, ts - interval '1 day 02:00:00' AS t
FROM event_triggers
