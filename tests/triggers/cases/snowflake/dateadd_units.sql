SELECT identity, event_id, DATEADD(hour, -2, ts) AS h, DATEADD('day', 1, ts::date) AS d, DATEADD(month, 1, '2026-01-31'::date) AS m, TIMESTAMPADD(minute, 90, ts) AS t
FROM event_triggers
