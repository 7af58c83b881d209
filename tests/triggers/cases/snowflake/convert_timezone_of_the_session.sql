SELECT identity, event_id, CONVERT_TIMEZONE('America/New_York', ts) AS there
FROM event_triggers
