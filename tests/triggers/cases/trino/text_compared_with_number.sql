SELECT identity, event_id, 1 AS one FROM event_triggers WHERE json_extract_scalar(properties, '$.price') > 10
