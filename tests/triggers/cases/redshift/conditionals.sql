SELECT identity, event_id, NVL(user_id, 'none') AS a, NVL2(user_id, 'known', 'new') AS b, DECODE(event_name, 'cart', 'c', 'purchase', 'p') AS c, DECODE(NULL, NULL, 1, 2) AS d, GREATEST(1, NULL) AS e
FROM event_triggers
