SELECT identity, event_id, ANY_VALUE(event_id HAVING MAX ts) AS a FROM event_triggers GROUP BY identity, event_id
