SELECT identity, event_id, cardinality(CAST(json_extract(properties, '$.tags') AS ARRAY(VARCHAR))) AS n, contains(CAST(json_extract(properties, '$.tags') AS ARRAY(VARCHAR)), 'sale') AS has, CAST(json_extract(properties, '$.tags') AS ARRAY(VARCHAR))[1] AS first
FROM event_triggers
