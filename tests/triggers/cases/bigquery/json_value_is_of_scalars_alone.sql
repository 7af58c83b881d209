SELECT identity, event_id, JSON_VALUE(properties, '$.ship') AS a, JSON_VALUE(properties, '$.items') AS b, JSON_VALUE(properties, '$.qty') AS c, JSON_VALUE(properties, '$.vip') AS d, JSON_VALUE(properties, '$.coupon') AS e,
       JSON_EXTRACT_SCALAR(properties, '$.ship') AS f, JSON_QUERY(properties, '$.ship.city') AS g
FROM event_triggers
