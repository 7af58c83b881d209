SELECT identity, event_id, count(*) OVER (PARTITION BY identity ORDER BY ts) AS nth
FROM event_triggers QUALIFY nth = 3
