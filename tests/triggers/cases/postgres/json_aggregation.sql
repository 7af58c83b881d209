SELECT identity, event_id, json_agg(event_id) AS a FROM event_triggers GROUP BY identity, event_id
