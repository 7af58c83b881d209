SELECT identity, event_id, event_name FROM event_triggers WHERE event_id NOT LIKE 'c!1' ESCAPE '!' AND event_id NOT LIKE 'p%' AND user_id IS NOT DISTINCT FROM NULL ORDER BY event_id
