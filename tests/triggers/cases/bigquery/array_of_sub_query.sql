SELECT identity, event_id, ARRAY(SELECT 1) AS a
FROM event_triggers
