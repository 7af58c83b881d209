SELECT identity, event_id, event_type, ts
FROM event_triggers
WHERE ts > {cursor_start_time}
    AND ts <= {cursor_end_time}
    AND event_type = 'custom_some_event'
