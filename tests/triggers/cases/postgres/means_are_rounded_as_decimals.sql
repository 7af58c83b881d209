SELECT identity, max(event_id) AS event_id, round(avg((properties->>'qty')::int), 1) AS a, round(avg((properties->>'price')::numeric) FILTER (WHERE event_name = 'cart'), 1) AS b,
       round(extract(epoch FROM max(ts) - min(ts)) / 60, 2) AS minutes
FROM event_triggers GROUP BY identity HAVING count(*) > 1
