SELECT e.identity, e.event_id, newest.event_id AS next_id
FROM event_triggers e CROSS JOIN LATERAL (SELECT n.event_id FROM event_triggers n WHERE n.identity = e.identity AND n.ts > e.ts ORDER BY n.ts LIMIT 1) newest
