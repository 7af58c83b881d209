SELECT identity, event_id FROM event_triggers ORDER BY ts FETCH FIRST 1 ROWS WITH TIES
