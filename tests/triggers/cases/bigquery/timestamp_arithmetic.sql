SELECT identity, event_id, event_name FROM event_triggers
WHERE ts > TIMESTAMP_SUB({cursor_start_time}, INTERVAL 90 MINUTE) AND ts <= TIMESTAMP_ADD(TIMESTAMP("{cursor_end_time}"), INTERVAL -7 MINUTE) AND ts < TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 1 DAY)
ORDER BY ts
