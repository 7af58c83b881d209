SELECT identity, max(event_id) AS event_id, array_join(array_agg(event_id ORDER BY ts DESC), ',') AS ids, listagg(event_id, '|') WITHIN GROUP (ORDER BY ts) AS listed, count_if(event_type = 'custom_cart') AS carts,
       approx_distinct(event_type) AS kinds, max_by(user_id, ts) AS last_user, count(*) FILTER (WHERE event_type = 'custom_purchase') AS bought, bool_or(event_type = 'custom_purchase') AS any_bought, arbitrary(identity) AS someone,
       sum(CAST(json_extract_scalar(properties, '$.price') AS decimal(10, 2))) AS total, avg(CAST(json_extract_scalar(properties, '$.qty') AS integer)) AS mean
FROM event_triggers GROUP BY identity HAVING count(*) > 1
