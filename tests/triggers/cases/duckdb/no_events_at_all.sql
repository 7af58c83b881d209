SELECT identity, event_id FROM acme.event_triggers
