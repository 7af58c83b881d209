SELECT * FROM event_triggers PIVOT (COUNT(event_id) FOR event_type IN ('a', 'b'))
