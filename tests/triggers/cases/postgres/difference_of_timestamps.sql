SELECT identity, event_id, extract(epoch FROM ts - occurred_at) AS s, extract(day FROM timestamp '2026-03-03 14:00' - ts) AS d, extract(hour FROM timestamp '2026-03-03 14:01' - ts) AS h,
       ts - occurred_at < interval '1 minute' AS quick, date '2026-03-04' - ts::date AS days
FROM event_triggers
