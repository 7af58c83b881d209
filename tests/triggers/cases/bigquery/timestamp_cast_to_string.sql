SELECT identity, event_id, CAST(ts AS STRING) AS a
FROM event_triggers
