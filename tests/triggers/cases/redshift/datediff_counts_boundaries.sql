SELECT identity, event_id, DATEDIFF(day, '2026-02-28 23:59:00', '2026-03-01 00:01:00') AS d, DATEDIFF('hour', ts, '2026-03-01 13:00:00'::timestamp) AS h, DATEDIFF(month, '2026-01-31'::date, '2026-02-01'::date) AS m
FROM event_triggers
