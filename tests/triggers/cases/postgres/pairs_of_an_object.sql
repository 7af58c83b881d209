SELECT identity, event_id, k, v FROM event_triggers, jsonb_each_text(properties->'ship') AS pair(k, v) ORDER BY k
