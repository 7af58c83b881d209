SELECT identity, event_id, properties:price::number AS n, properties:price::number(10, 2) AS d, properties:price::int AS i, properties:price::float AS f
FROM event_triggers
