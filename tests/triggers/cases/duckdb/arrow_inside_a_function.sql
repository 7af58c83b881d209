SELECT identity, event_id, json_array_length(properties->'items') AS n, coalesce(properties->'gone'->>'x', properties->'ship'->>'city') AS city, lower(properties->>'name') AS low
FROM event_triggers
