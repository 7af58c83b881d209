SELECT c.identity, c.event_id FROM event_triggers c JOIN event_triggers p ON p.properties:cartId = c.properties:cartId
