SELECT identity, MAX(event_id) AS event_id, STRING_AGG(event_id ORDER BY ts DESC) AS ids, STRING_AGG(DISTINCT event_type, '|' ORDER BY event_type) AS kinds, COUNTIF(event_type = 'custom_cart') AS carts,
       LOGICAL_OR(event_type = 'custom_purchase') AS bought, ARRAY_AGG(event_id ORDER BY ts DESC LIMIT 1)[OFFSET(0)] AS newest, APPROX_COUNT_DISTINCT(event_type) AS n,
       ARRAY_AGG(user_id IGNORE NULLS ORDER BY ts) AS users, SUM(CAST(JSON_VALUE(properties, '$.qty') AS INT64)) AS qty
FROM event_triggers GROUP BY identity HAVING COUNT(*) > 1
