SELECT identity, event_id, event_raw, CAST(properties->>'big' AS HUGEINT) AS big, properties->>'huge' AS huge,
       CAST(regexp_extract(event_raw, '"price": ([0-9.]+)', 1) AS DECIMAL(38, 30)) AS price
FROM event_triggers
