SELECT identity, event_id, age(ts) AS a
FROM event_triggers
