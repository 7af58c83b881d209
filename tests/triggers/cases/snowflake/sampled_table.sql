SELECT * FROM event_triggers SAMPLE (10)
