SELECT identity, event_id, CAST(json_extract(properties, '$.sku') AS varchar) AS a, CAST(json_extract(properties, '$.qty') AS integer) AS b, CAST(json_extract(properties, '$.price') AS double) AS c, CAST(json_extract(properties, '$.vip') AS boolean) AS d,
       CAST(json_extract(properties, '$.price') AS bigint) AS e, CAST(json_extract_scalar(properties, '$.price') AS decimal(10, 2)) AS f
FROM event_triggers
