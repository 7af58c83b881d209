SELECT identity, event_id, CONDITIONAL_TRUE_EVENT(event_type = 'custom_cart') OVER (ORDER BY ts) AS n
FROM event_triggers
