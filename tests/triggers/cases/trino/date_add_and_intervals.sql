SELECT identity, event_id, event_name FROM event_triggers
WHERE ts > date_add('minute', -90, {cursor_start_time}) AND ts <= {cursor_end_time} - INTERVAL '7' MINUTE AND ts < current_timestamp AND ts < now() - INTERVAL '1' DAY
ORDER BY ts
