WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 3)
SELECT identity, event_id, i FROM event_triggers, n ORDER BY i
