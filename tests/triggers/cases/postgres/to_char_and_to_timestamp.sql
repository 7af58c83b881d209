SELECT identity, event_id, to_char(ts, 'YYYY-MM-DD HH24:MI') AS a, to_timestamp(1772366400.5) AS b
FROM event_triggers
