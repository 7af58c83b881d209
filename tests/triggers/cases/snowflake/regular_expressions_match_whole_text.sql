SELECT identity, event_id, properties:name::string RLIKE 'Ann' AS part, properties:name::string RLIKE 'Ann.*' AS whole, REGEXP_LIKE(properties:sku, 'a-[0-9]', 'i') AS flag,
       REGEXP_SUBSTR(properties:sku, '[0-9]+') AS digits, REGEXP_SUBSTR(properties:sku, 'x') AS none, REGEXP_REPLACE(properties:name, 'n', '_') AS every
FROM event_triggers
