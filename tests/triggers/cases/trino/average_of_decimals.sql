SELECT identity, max(event_id) AS event_id, avg(CAST('1.5' AS decimal(10, 2))) AS mean FROM event_triggers GROUP BY identity
