SELECT identity, event_id, CASE event_name WHEN 'cart' THEN 'c' ELSE 'p' END AS a, CASE WHEN user_id IS NULL THEN 1 ELSE 2 END AS b, event_type IS DISTINCT FROM NULL AS c, (user_id = 'u-7') IS TRUE AS d
FROM event_triggers
