SELECT identity, event_id, TIMESTAMP_TRUNC(ts, DAY, 'America/New_York') AS d
FROM event_triggers
