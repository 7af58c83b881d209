SELECT identity, event_id, from_iso8601_timestamp(json_extract_scalar(properties, '$.away')) AS a, from_unixtime(1772366400) AS b, to_unixtime(ts) AS c, timestamp '2026-03-01 00:00:00' AS d, date_format(ts, '%Y-%m-%d %H:%i') AS e
FROM event_triggers
