SELECT identity, event_id, ts AT TIME ZONE 'America/New_York' AS a
FROM event_triggers
