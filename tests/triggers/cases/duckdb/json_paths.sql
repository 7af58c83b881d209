SELECT identity, event_id, event_raw->>'$.properties.properties.sku' AS raw_sku, properties->>'sku' AS sku,
       CAST(properties->'$.nested.n' AS INTEGER) AS n, traits->>'tier' AS tier, context->>'$.page.url' AS url
FROM event_triggers WHERE properties->>'sku' = 'A'
