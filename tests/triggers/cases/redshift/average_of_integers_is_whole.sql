SELECT 'all' AS identity, MAX(event_id) AS event_id, AVG(json_extract_path_text(properties, 'qty')::int) AS mean,
       SUM(json_extract_path_text(properties, 'price')::decimal(10, 2)) AS total, MEDIAN(json_extract_path_text(properties, 'qty')::int) AS mid,
       APPROXIMATE COUNT(DISTINCT identity) AS people
FROM event_triggers
