SELECT identity, event_id, f.key AS k, f.index AS i, f.value::string AS v
FROM event_triggers e, TABLE(FLATTEN(e.properties:ship)) f
ORDER BY f.key
