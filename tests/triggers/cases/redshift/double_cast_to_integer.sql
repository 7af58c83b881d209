SELECT identity, event_id, 2.5::float::int AS a
FROM event_triggers
