SELECT identity, event_id, (properties->'price')::int AS a
FROM event_triggers
