SELECT identity, event_id, 60 / extract(second FROM timestamp '2026-03-01 00:00:01.5') AS a
FROM event_triggers
