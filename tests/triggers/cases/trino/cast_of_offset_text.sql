SELECT identity, event_id, CAST(json_extract_scalar(properties, '$.at') AS timestamp) AS a, CAST('2026-03-01 10:00:00 +02:00' AS timestamp with time zone) AS b
FROM event_triggers
