SELECT identity, event_id, REGEXP_COUNT(event_id, 'c') AS a
FROM event_triggers
