WITH carts AS (SELECT identity, event_id, properties:items AS items, properties:price AS price FROM event_triggers WHERE event_type = 'custom_cart'),
named AS (SELECT c.*, f.value AS item FROM carts c, LATERAL FLATTEN(c.items) f)
SELECT identity, event_id, item:sku::string AS sku FROM named WHERE item:qty > 1 AND price < 20
