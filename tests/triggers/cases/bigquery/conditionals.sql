SELECT identity, event_id, IF(JSON_VALUE(properties, '$.vip') = 'true', 'vip', 'all') AS a, IFNULL(user_id, 'none') AS b, COALESCE(JSON_VALUE(properties, '$.gone'), 'none') AS c, NULLIF('a', 'b') AS d, CASE WHEN user_id IS NULL THEN 1 ELSE 2 END AS e
FROM event_triggers
