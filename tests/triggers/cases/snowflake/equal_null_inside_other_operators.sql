SELECT identity, event_id, EQUAL_NULL(properties:gone::string, NULL) = TRUE AS a, NOT EQUAL_NULL(1, 2) AS b, IS_NULL_VALUE(properties:coupon) = FALSE AS c
FROM event_triggers
