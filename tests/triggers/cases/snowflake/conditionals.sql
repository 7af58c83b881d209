SELECT identity, event_id, IFF(properties:qty > 1, 'many', 'one') AS a, NVL(user_id, 'none') AS b, NVL2(user_id, 'known', 'new') AS c, DECODE(user_id, NULL, 'none', 'u-7', 'seven', 'other') AS d,
       ZEROIFNULL(properties:gone::int) AS e, EQUAL_NULL(NULL, properties:gone::string) AS f, COALESCE(properties:gone::string, properties:sku::string) AS g
FROM event_triggers
