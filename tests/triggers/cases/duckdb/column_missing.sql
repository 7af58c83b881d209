SELECT identity FROM event_triggers
