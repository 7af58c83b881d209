SELECT identity, event_id, sum((properties->>'qty')::int) OVER w AS so_far, first_value(event_id) OVER w AS oldest
FROM event_triggers WHERE identity = 'ana@example.org' WINDOW w AS (PARTITION BY identity ORDER BY ts) ORDER BY ts
