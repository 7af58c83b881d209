SELECT identity, event_id, last_value(event_id) OVER (PARTITION BY identity ORDER BY ts) AS current, lag(event_id) OVER (PARTITION BY identity ORDER BY ts) AS before
FROM event_triggers QUALIFY row_number() OVER (PARTITION BY identity ORDER BY ts DESC) = 1 ORDER BY event_id
