SELECT identity, event_id, ADD_MONTHS(ts, 1) AS a
FROM event_triggers
