SELECT identity, event_id, properties#>>'{items,1,sku}' AS a, properties#>>'{ship,0}' AS b, properties#>'{ship,city}' AS c
FROM event_triggers
