SELECT identity, event_id, ts AT TIME ZONE 'America/New_York' AS there
FROM event_triggers
