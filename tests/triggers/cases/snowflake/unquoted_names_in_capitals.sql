SELECT identity, event_id, E.EVENT_TYPE AS kind
FROM EVENT_TRIGGERS E
WHERE E.TS > {cursor_start_time} AND EVENT_NAME = 'purchase'
