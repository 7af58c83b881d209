SELECT c.identity, c.event_id, p.properties:total::number(10, 2) AS total
FROM event_triggers c JOIN event_triggers p ON p.properties:cartId::string = c.properties:cartId::string AND p.event_type = 'custom_purchase'
WHERE c.event_type = 'custom_cart'
