SELECT identity, event_id, round(2.5) AS a, round(2.5::double precision) AS b, round(19.995::numeric, 2) AS c, trunc(1.9) AS d, ceil(1.1) AS e, floor(-1.1) AS f
FROM event_triggers
