SELECT identity, event_id, DATEADD(quarter, 1, '2026-01-31'::date) AS a, DATEADD(second, 30, ts) AS b, DATEDIFF(quarter, '2026-03-31'::date, '2026-04-01'::date) AS c, DATEDIFF(second, occurred_at, ts) AS d
FROM event_triggers
