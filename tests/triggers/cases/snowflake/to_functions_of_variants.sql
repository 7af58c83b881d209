SELECT identity, event_id, TO_VARCHAR(properties:sku) AS a, TO_NUMBER(properties:price) AS b, TO_NUMBER(properties:price, 10, 1) AS c, TO_DOUBLE(properties:price) AS d, TRY_TO_NUMBER('x') AS e, TO_BOOLEAN(properties:vip) AS f
FROM event_triggers
