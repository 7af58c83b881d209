SELECT identity, event_id, position('-' in properties->>'sku') AS a, strpos(event_id, '1') AS b, split_part('a,b', ',', 3) AS c, split_part(properties->>'name', ' ', 2) AS d,
       substring(event_type from 8 for 2) AS e, left(event_id, 1) AS f, trim('  x ') AS g, btrim('xax', 'x') AS h, lpad('7', 3, '0') AS i, length('Ünï') AS j, upper('a') AS k, replace('aba', 'a', 'c') AS l
FROM event_triggers
