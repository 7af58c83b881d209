SELECT identity, event_id, event_name
FROM event_triggers
WHERE ts < CURRENT_TIMESTAMP() AND ts < DATEADD(day, -1, SYSDATE()) AND ts::date < CURRENT_DATE() AND event_type = 'custom_purchase'
