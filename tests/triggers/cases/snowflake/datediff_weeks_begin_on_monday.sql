SELECT identity, event_id, DATEDIFF(week, '2026-03-01'::date, '2026-03-02'::date) AS crossed, DATEDIFF(week, '2026-03-02'::date, '2026-03-08'::date) AS inside
FROM event_triggers
