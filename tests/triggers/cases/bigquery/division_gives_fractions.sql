SELECT identity, event_id, 1 / 2 AS a, DIV(7, 2) AS b, SAFE_DIVIDE(1, 0) AS c, MOD(7, 3) AS d, SAFE_DIVIDE(1, 4) AS e
FROM event_triggers
