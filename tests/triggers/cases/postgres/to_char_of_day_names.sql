SELECT identity, event_id, to_char(ts, 'Day') AS a
FROM event_triggers
