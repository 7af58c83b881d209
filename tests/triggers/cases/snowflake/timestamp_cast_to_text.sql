SELECT identity, event_id, ts::string AS t
FROM event_triggers
