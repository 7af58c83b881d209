SELECT identity, MAX(event_id) AS event_id, COUNT(*) AS n FROM event_triggers
WHERE ts > DATEADD(day, -7, {cursor_end_time}) AND ts <= {cursor_end_time} AND event_type ILIKE 'CUSTOM_%'
GROUP BY identity HAVING COUNT(*) >= 2 AND MAX(ts) > {cursor_start_time}
