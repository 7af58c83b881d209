SELECT identity, event_id, event_name FROM event_triggers e
WHERE EXISTS (SELECT 1 FROM UNNEST(JSON_QUERY_ARRAY(e.properties, '$.items')) AS item WHERE CAST(JSON_VALUE(item, '$.qty') AS INT64) >= 3)
