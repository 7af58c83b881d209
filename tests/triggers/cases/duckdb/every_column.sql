SELECT * FROM event_triggers
