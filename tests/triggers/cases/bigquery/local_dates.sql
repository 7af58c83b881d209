SELECT identity, event_id, DATE(TIMESTAMP '2026-03-01 02:00:00', 'America/New_York') AS d, DATETIME(ts, 'America/New_York') AS t, EXTRACT(HOUR FROM ts) AS h
FROM event_triggers
