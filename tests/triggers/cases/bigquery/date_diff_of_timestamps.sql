SELECT identity, event_id, DATE_DIFF(ts, occurred_at, DAY) AS d
FROM event_triggers
