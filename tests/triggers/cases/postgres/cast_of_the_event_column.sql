SELECT identity, event_id, event_raw::jsonb->'properties'->'properties'->>'sku' AS sku, (event_raw::text)::json->>'type' AS kind
FROM event_triggers
