SELECT identity, event_id, DATEDIFF(week, ts, ts) AS w
FROM event_triggers
