SELECT identity, MAX(event_id) AS event_id, SUM(properties:price) AS total
FROM event_triggers GROUP BY identity HAVING SUM(properties:price) = 20.19
