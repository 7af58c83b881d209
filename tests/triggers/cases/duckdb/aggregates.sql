SELECT identity, max(event_id) AS event_id, string_agg(event_id, ',' ORDER BY ts DESC) AS ids, list(user_id ORDER BY ts) AS users, arg_max(user_id, ts) AS known, arg_max_null(user_id, ts) AS last_user,
       count(*) FILTER (event_type = 'custom_cart') AS carts, median((properties->>'qty')::INT) AS mid, sum((properties->>'price')::DECIMAL(10, 2)) AS total
FROM event_triggers GROUP BY ALL HAVING count(*) > 1
