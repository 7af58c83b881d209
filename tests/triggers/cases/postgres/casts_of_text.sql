SELECT identity, event_id, (properties->>'qty')::int + 1 AS a, (properties->>'price')::numeric AS b, (properties->>'price')::numeric(10, 1) AS c, (properties->>'vip')::boolean AS d,
       (properties->>'at')::timestamp AS e, (properties->>'price')::float AS f, (properties->>'at')::date AS g
FROM event_triggers
