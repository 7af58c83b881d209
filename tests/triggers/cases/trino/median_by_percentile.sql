SELECT identity, event_id, approx_percentile(1, 0.5) AS a FROM event_triggers GROUP BY identity, event_id
