SELECT identity, event_id, STRTOL('ff', 16) AS a
FROM event_triggers
