SELECT identity, event_id, (SELECT sum((item->>'price')::numeric * (item->>'qty')::int) FROM jsonb_array_elements(e.properties->'items') AS item) AS total
FROM event_triggers e
