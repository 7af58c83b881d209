SELECT identity, event_id, event_name FROM event_triggers
WHERE ts > DATEADD(hour, -2, {cursor_start_time}) AND ts <= DATEADD('minute', -7, '{cursor_end_time}') AND ts < GETDATE() AND ts < SYSDATE
ORDER BY ts
