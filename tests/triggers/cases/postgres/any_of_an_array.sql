SELECT identity, event_id, event_name FROM event_triggers WHERE properties->>'sku' = ANY(ARRAY['A-1', 'B-2']) AND event_type <> ALL(ARRAY['custom_purchase']) ORDER BY event_id
