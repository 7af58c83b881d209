SELECT identity, event_id, event_raw.properties.properties.items[1].sku::varchar AS a, e.properties.ship.city::varchar AS b, json_parse(event_raw).properties.properties.sku::varchar AS c, properties.qty::int AS d
FROM event_triggers e
