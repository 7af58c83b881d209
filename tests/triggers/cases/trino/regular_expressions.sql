SELECT identity, event_id, regexp_like(event_id, '\d') AS a, regexp_extract('a12b', '[a-z](\d+)', 1) AS b, regexp_extract('ab', '\d+') AS c, regexp_replace('a1b2', '\d', '#') AS d, regexp_replace('a1', '\d') AS e
FROM event_triggers
