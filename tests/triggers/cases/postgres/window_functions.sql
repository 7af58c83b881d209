SELECT identity, event_id, lag(event_id) OVER (PARTITION BY identity ORDER BY ts) AS before, sum((properties->>'qty')::int) OVER (PARTITION BY identity ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far,
       last_value(event_id) OVER (PARTITION BY identity ORDER BY ts) AS current
FROM event_triggers WHERE identity = 'ana@example.org' ORDER BY ts
