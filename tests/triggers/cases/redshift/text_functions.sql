SELECT identity, event_id, CHARINDEX('-', json_extract_path_text(properties, 'sku')) AS a, LEN(event_id) AS b, STRPOS(event_id, '1') AS c, SPLIT_PART('a,b', ',', 2) AS d, event_id || '!' AS e,
       CONCAT('a', NULL) AS f, BTRIM('  x ') AS g, UPPER(event_id) AS h, SUBSTRING(event_type, 8, 4) AS i, REPLACE('aba', 'a', 'c') AS j
FROM event_triggers
