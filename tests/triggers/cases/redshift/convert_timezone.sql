SELECT identity, event_id, CONVERT_TIMEZONE('America/New_York', ts) AS a, CONVERT_TIMEZONE('UTC', 'Europe/Berlin', ts) AS b
FROM event_triggers
