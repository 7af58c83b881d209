SELECT identity, event_id, (properties->>'name')::varchar(3) AS a
FROM event_triggers
