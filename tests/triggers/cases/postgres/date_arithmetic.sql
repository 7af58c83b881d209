SELECT identity, event_id, ts::date + 1 AS a, ts::date + interval '1 day' AS b, date '2026-01-31' + interval '1 month' AS c
FROM event_triggers
