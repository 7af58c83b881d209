SELECT identity, event_id, TRY_CAST('7' AS integer) AS a, TRY_CAST('7.5' AS integer) AS b, TRY_CAST('x' AS double) AS c, CAST('2.5' AS decimal) AS d, CAST(2.5E0 AS bigint) AS e, CAST('abcdef' AS varchar(3)) AS f
FROM event_triggers
