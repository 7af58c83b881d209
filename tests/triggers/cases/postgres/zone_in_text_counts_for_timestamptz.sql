SELECT identity, event_id, (properties->>'away')::timestamp AS face, (properties->>'away')::timestamptz AS instant
FROM event_triggers
