SELECT identity, event_id, f.value:sku::string AS sku
FROM event_triggers e, LATERAL FLATTEN(input => e.properties:items, outer => true) f
ORDER BY e.ts, f.index
