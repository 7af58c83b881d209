SELECT 'all' AS identity, max(event_id) AS event_id, string_agg(DISTINCT event_name, ',') FILTER (WHERE event_name = 'cart') AS names, sum((properties->>'qty')::int) FILTER (WHERE event_name = 'cart') AS qty,
       every(ts < now()) AS past, count(DISTINCT (properties->>'cartId')) AS carts
FROM event_triggers
