SELECT identity, event_id, ts::date + 1 AS d
FROM event_triggers
