SELECT identity, event_id, properties:away::timestamp_ntz AS face, properties:away::timestamp_tz AS instant
FROM event_triggers
