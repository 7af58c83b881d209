SELECT identity, event_id, tag FROM event_triggers, jsonb_array_elements_text(properties->'tags') AS tag
