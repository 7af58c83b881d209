SELECT identity, event_id, event_type
FROM event_triggers
QUALIFY ROW_NUMBER() OVER (PARTITION BY identity ORDER BY ts DESC) = 1
ORDER BY identity
