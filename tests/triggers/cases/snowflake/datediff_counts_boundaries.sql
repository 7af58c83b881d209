SELECT identity, event_id, DATEDIFF(day, '2026-02-28 23:59:00'::timestamp, '2026-03-01 00:01:00'::timestamp) AS d,
       DATEDIFF(hour, '2026-03-01 00:59:00'::timestamp, '2026-03-01 01:00:00'::timestamp) AS h,
       DATEDIFF(month, '2026-01-31'::date, '2026-02-01'::date) AS m,
       DATEDIFF(year, '2025-12-31'::date, '2026-01-01'::date) AS y,
       TIMESTAMPDIFF(minute, ts, '2026-03-01 12:00:30') AS minus
FROM event_triggers
