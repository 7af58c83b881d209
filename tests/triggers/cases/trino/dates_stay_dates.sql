SELECT identity, event_id, date '2026-01-31' + INTERVAL '1' MONTH AS a, date_add('day', 1, date '2026-03-01') AS b, date_trunc('month', date '2026-03-05') AS c, CAST(ts AS date) AS d, date(ts) AS e
FROM event_triggers
