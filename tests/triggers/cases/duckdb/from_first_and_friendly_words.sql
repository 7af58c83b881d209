FROM event_triggers SELECT identity, event_id WHERE event_type = 'custom_purchase';
