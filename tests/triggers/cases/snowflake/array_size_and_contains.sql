SELECT identity, event_id, ARRAY_SIZE(properties:items) AS n, ARRAY_SIZE(properties:sku) AS none, ARRAY_CONTAINS('sale'::variant, properties:tags) AS has,
       ARRAY_CONTAINS('gone'::variant, properties:tags) AS has_not
FROM event_triggers
