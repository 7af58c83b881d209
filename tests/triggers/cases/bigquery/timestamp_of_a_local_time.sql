SELECT identity, event_id, TIMESTAMP('2026-03-01 00:00:00', 'America/New_York') AS a
FROM event_triggers
