SELECT identity, event_id, MONTHS_BETWEEN(ts, ts) AS a
FROM event_triggers
