SELECT identity, event_id, properties->>'name' ~ '\bLee' AS a
FROM event_triggers
