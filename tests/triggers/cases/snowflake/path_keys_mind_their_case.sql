SELECT identity, event_id, properties:cartId::string AS a, properties:cartid::string AS b
FROM event_triggers
