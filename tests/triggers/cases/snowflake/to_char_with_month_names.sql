SELECT identity, event_id, TO_CHAR(ts, 'DD MON YYYY') AS t
FROM event_triggers
