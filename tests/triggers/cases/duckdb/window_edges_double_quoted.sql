SELECT identity, event_id FROM event_triggers WHERE ts > "{cursor_start_time}" AND ts <= "{cursor_end_time}" ORDER BY ts
