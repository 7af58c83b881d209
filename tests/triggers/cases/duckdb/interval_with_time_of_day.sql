SELECT identity, event_id, ts - INTERVAL '1 day 02:00:00' AS a, ts - INTERVAL 90 MINUTE AS b, ts + to_hours(2) AS c
FROM event_triggers
