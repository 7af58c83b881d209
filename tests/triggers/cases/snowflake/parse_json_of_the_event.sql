SELECT identity, event_id, PARSE_JSON(event_raw):properties.properties.sku::string AS sku, TRY_PARSE_JSON('no json') AS broken
FROM event_triggers
