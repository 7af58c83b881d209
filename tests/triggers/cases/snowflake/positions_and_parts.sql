SELECT identity, event_id, CHARINDEX('-', properties:sku) AS a, POSITION('1' IN properties:sku::string) AS b, SPLIT(properties:name, ' ')[0]::string AS c, SPLIT_PART('a,b', ',', 3) AS d,
       LEFT(event_id, 1) AS e, RIGHT(event_id, 1) AS f, SUBSTR(event_type, 8) AS g, REPLACE(event_id, 'c') AS h, LPAD(event_id, 4, '0') AS i
FROM event_triggers
