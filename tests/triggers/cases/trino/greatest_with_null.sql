SELECT identity, event_id, greatest(1, NULL) AS a, coalesce(user_id, 'x') AS b, if(user_id IS NULL, 1) AS c, nullif('a', 'a') AS d, user_id IS NOT DISTINCT FROM 'u-7' AS e
FROM event_triggers
