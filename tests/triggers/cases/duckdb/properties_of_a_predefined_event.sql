SELECT identity, event_id, properties FROM event_triggers
