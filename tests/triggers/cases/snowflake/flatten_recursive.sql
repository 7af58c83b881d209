SELECT identity, event_id, f.value AS v
FROM event_triggers e, LATERAL FLATTEN(input => e.properties, recursive => true) f
