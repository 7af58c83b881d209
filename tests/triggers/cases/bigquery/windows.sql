SELECT identity, event_id, LAG(event_id) OVER (PARTITION BY identity ORDER BY ts) AS before, COUNT(*) OVER (PARTITION BY identity) AS n, FIRST_VALUE(event_id) OVER (PARTITION BY identity ORDER BY ts) AS oldest
FROM event_triggers WHERE identity = 'ana@example.org' ORDER BY ts
