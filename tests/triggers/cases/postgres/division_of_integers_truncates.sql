SELECT identity, event_id, 1 / 2 AS a, 7 / 2 AS b, -7 / 2 AS c, 7 / 2.0 AS d, (properties->>'qty')::int / 4 AS e, count(*) OVER () / 2 AS f, 7 % 3 AS g, mod(7, 4) AS h
FROM event_triggers
