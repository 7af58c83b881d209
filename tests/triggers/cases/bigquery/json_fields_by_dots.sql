SELECT identity, event_id, STRING(properties.sku) AS a, STRING(e.properties.items[0].sku) AS b, INT64(properties.qty) AS c, FLOAT64(properties.price) AS d, BOOL(properties.vip) AS e, STRING(properties['name']) AS f,
       STRING(e.event_raw.properties.properties.ship.city) AS g
FROM event_triggers e
