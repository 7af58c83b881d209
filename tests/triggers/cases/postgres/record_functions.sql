SELECT identity, event_id, 1 AS one FROM event_triggers, jsonb_to_recordset(properties->'items') AS x(sku text)
