SELECT identity, event_id, greatest(1, NULL, 3) AS a, least(NULL, 2) AS b
FROM event_triggers
