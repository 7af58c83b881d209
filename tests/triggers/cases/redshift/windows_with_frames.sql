SELECT identity, event_id, LAST_VALUE(event_id) OVER (PARTITION BY identity ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS newest, RANK() OVER (PARTITION BY identity ORDER BY ts) AS n
FROM event_triggers WHERE identity = 'ana@example.org' ORDER BY ts
