SELECT identity, event_id, properties['ship']['city']::string AS a, properties:items[1]['sku']::string AS b, GET_PATH(properties, 'items[0].sku')::string AS c,
       GET(properties, 'sku')::string AS d, properties:"utm.source"::string AS e
FROM event_triggers
