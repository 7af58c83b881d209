SELECT identity, event_id, JSON_VALUE('{"a": 1}', '$.a') AS a, JSON_VALUE('no json', '$.a') AS b
FROM event_triggers
