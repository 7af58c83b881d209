SELECT identity, event_id, string_to_array('a,b', ',', 'a') AS a
FROM event_triggers
