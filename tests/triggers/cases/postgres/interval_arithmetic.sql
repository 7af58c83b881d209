SELECT identity, event_id, event_name
FROM event_triggers
WHERE ts > '{cursor_start_time}'::timestamp - interval '1 hour 30 minutes' AND ts <= {cursor_end_time} - '7 minutes'::interval AND ts < now() - interval '1 day'
ORDER BY ts
