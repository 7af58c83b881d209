SELECT identity, event_id, jsonb_array_length(properties->'items') AS n, coalesce(properties->>'gone', properties->'ship'->>'city') AS city, lower(properties->>'name') AS low
FROM event_triggers
