WITH carts AS (SELECT identity, event_id, properties AS p, ts FROM event_triggers WHERE event_type = 'custom_cart'),
priced AS (SELECT identity, event_id, (p->>'price')::numeric AS price, (p->>'qty')::int AS qty FROM carts)
SELECT *, qty / 2 AS pairs FROM priced WHERE price > 1 AND qty IS NOT NULL
