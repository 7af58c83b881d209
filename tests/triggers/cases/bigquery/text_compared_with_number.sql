SELECT identity, event_id, 1 AS one FROM event_triggers WHERE JSON_VALUE(properties, '$.price') > 10
