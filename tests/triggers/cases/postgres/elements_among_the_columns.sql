SELECT identity, event_id, jsonb_array_elements(properties->'items')->>'sku' AS sku FROM event_triggers
