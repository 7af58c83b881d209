SELECT identity, event_id, event_name
FROM event_triggers
WHERE ts > {cursor_start_time} - INTERVAL '1 hour, 30 minutes' AND ts <= '{cursor_end_time}'::timestamp_ntz - INTERVAL '7 minutes'
ORDER BY ts
