SELECT identity, event_id, DATEADD(month, 1, '2026-01-31'::date) AS m, DATEADD(day, 1, ts::date) AS d, ts::date + 1 AS e
FROM event_triggers
