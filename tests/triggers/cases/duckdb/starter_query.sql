SELECT identity, identity_type, ts, event_type, event_id, event_raw FROM event_triggers WHERE event_type = 'custom_some_event' AND ts > {cursor_start_time} AND ts <= {cursor_end_time}
