SELECT AS STRUCT identity, event_id FROM event_triggers
