SELECT lower(min(identity)) AS identity, max(event_id) AS event_id, upper(event_name) AS event_name, count(*) AS n
FROM event_triggers GROUP BY event_name ORDER BY n
