SELECT identity, event_id, event_name FROM event_triggers WHERE event_raw LIKE '%"total"%' AND event_raw:event::string = 'custom'
