SELECT identity, max(event_id) AS event_id, sum((properties->>'price')::numeric) AS total
FROM event_triggers GROUP BY identity HAVING sum((properties->>'price')::numeric) = 20.19
