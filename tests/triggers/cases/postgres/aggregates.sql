SELECT identity, max(event_id) AS event_id, string_agg(event_id, ',' ORDER BY ts DESC) AS ids, (array_agg(event_type ORDER BY ts DESC))[1] AS newest,
       count(*) FILTER (WHERE event_type = 'custom_cart') AS carts, count(DISTINCT event_type) AS kinds, bool_or(event_type = 'custom_purchase') AS bought,
       sum((properties->>'qty')::int) AS qty, percentile_cont(0.5) WITHIN GROUP (ORDER BY (properties->>'qty')::int) AS mid
FROM event_triggers GROUP BY identity ORDER BY identity LIMIT 1
