SELECT * FROM event_triggers MATCH_RECOGNIZE (PARTITION BY identity ORDER BY ts MEASURES LAST(ts) AS t PATTERN (a b) DEFINE a AS event_type = 'x', b AS event_type = 'y')
