SELECT identity, event_id, REGEXP_SUBSTR('a12b', '[0-9]+') AS a, REGEXP_SUBSTR('ab', '[0-9]+') AS b, REGEXP_REPLACE('a1b2', '[0-9]', '#') AS c, event_id ~ '^c[0-9]$' AS d
FROM event_triggers
