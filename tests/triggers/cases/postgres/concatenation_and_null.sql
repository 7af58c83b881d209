SELECT identity, event_id, 'a' || NULL AS a, concat('a', NULL, 'b') AS b, concat_ws('-', 'a', NULL, 'b') AS c, 'n' || 1 AS d, coalesce(user_id, 'none') AS e, nullif('a', 'a') AS f
FROM event_triggers
