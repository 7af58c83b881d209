SELECT identity, event_id, EXTRACT(HOUR FROM ts AT TIME ZONE 'America/New_York') AS h, TIMESTAMP_TRUNC(ts, DAY) AS d
FROM event_triggers
