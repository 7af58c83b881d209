SELECT identity, event_id, TIMESTAMP '2026-03-01 02:00:00+02' AS a, TIMESTAMP('2026-03-01T02:00:00+02:00') AS b, CAST(JSON_VALUE(properties, '$.away') AS TIMESTAMP) AS c, ts > '2026-03-01 12:00:59+00' AS d
FROM event_triggers
