SELECT identity, event_id, split_part('a,b', ',', 3) AS a, split_part('a,b', ',', 2) AS b, split('a,b', ',')[1] AS c, element_at(split('a,b', ','), 9) AS d
FROM event_triggers
