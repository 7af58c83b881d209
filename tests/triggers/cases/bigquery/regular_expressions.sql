SELECT identity, event_id, REGEXP_CONTAINS(event_id, r'\d') AS a, REGEXP_EXTRACT('a12b', r'[a-z](\d+)') AS b, REGEXP_EXTRACT('ab', r'\d+') AS c, REGEXP_REPLACE('a1b2', r'\d', '#') AS d, REGEXP_REPLACE('ab', r'(a)(b)', r'\2\1') AS e, REGEXP_CONTAINS('a1', '\\d') AS f
FROM event_triggers
