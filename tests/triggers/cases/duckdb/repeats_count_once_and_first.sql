SELECT identity, event_id, ts, client_id FROM event_triggers
