SELECT identity, event_id, SUBSTR(event_type, -4) AS a
FROM event_triggers
