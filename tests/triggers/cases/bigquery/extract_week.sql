SELECT identity, event_id, EXTRACT(WEEK FROM ts) AS w
FROM event_triggers
