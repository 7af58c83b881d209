SELECT identity, event_id, STRPOS(event_id, '1') AS a, INSTR(event_id, 'c') AS b, SPLIT('a,b', ',')[SAFE_OFFSET(1)] AS c, SPLIT('a,b')[OFFSET(0)] AS d, SUBSTR(event_type, 8) AS e, STARTS_WITH(event_id, 'c') AS f, LENGTH(event_id) AS g,
       LOWER("ABC") AS h, REPLACE('aba', 'a', 'c') AS i, LPAD('7', 3, '0') AS j, REVERSE('ab') AS k, TO_HEX(MD5('a')) AS l, TRIM('  x ') AS m
FROM event_triggers
