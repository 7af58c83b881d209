SELECT identity, event_id, CAST(properties->>'fifteen' AS DECIMAL(38, 3)) AS fifteen, CAST(properties->>'small' AS DECIMAL(38, 15)) AS small, properties->>'nought' AS nought, CAST(properties->>'nought' AS DECIMAL(9, 2)) AS price,
       CAST(properties->>'in_text' AS DECIMAL(38, 30)) AS in_text, properties->>'whole' AS whole, properties->>'long' AS long
FROM event_triggers
