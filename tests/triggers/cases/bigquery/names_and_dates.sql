SELECT identity, event_id FROM `acme.event_triggers` WHERE ts > TIMESTAMP_SUB("{cursor_start_time}", INTERVAL 1 SECOND) AND ts <= {cursor_start_time}
