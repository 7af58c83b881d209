SELECT 'all' AS identity, MAX(event_id) AS event_id, AVG(properties:qty::int) AS mean, COUNT_IF(properties:qty > 2) AS many, MEDIAN(properties:qty::int) AS mid,
       APPROX_COUNT_DISTINCT(identity) AS people
FROM event_triggers
