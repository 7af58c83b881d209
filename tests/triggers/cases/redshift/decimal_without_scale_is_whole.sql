SELECT identity, event_id, '19.99'::decimal AS a, '19.99'::decimal(10, 1) AS b, '2.5'::numeric AS c
FROM event_triggers
