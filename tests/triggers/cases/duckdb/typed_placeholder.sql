SELECT identity, event_id, event_name FROM event_triggers WHERE ts > TIMESTAMP '{cursor_start_time}' AND ts <= TIMESTAMP "{cursor_end_time}" AND event_type = 'custom_purchase'
