SELECT identity, event_id, ts AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York' AS there, (now() AT TIME ZONE 'UTC') > ts AS past
FROM event_triggers
