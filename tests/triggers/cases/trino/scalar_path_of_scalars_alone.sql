SELECT identity, event_id, json_extract_scalar(properties, '$.ship') AS a, json_extract_scalar(properties, '$.qty') AS b, json_extract_scalar(properties, '$.coupon') AS c, json_extract(properties, '$.ship.city') AS d,
       json_extract_scalar(properties, '$["utm.source"]') AS e, json_extract_scalar(properties, '$.items[1].sku') AS f
FROM event_triggers
