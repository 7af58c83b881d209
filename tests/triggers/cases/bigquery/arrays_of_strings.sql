SELECT identity, event_id, ARRAY_LENGTH(JSON_QUERY_ARRAY(properties, '$.items')) AS n, 'sale' IN UNNEST(JSON_VALUE_ARRAY(properties, '$.tags')) AS has, ARRAY_TO_STRING(JSON_VALUE_ARRAY(properties, '$.tags'), '+') AS joined,
       JSON_VALUE_ARRAY(properties, '$.tags')[OFFSET(1)] AS second, JSON_VALUE_ARRAY(properties, '$.tags')[SAFE_OFFSET(9)] AS gone, JSON_VALUE_ARRAY(properties, '$.tags')[ORDINAL(1)] AS first
FROM event_triggers
