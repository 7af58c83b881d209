SELECT identity, event_id, REGEXP_SUBSTR('a1', '\\d') AS d, 'it\'s' AS quote, '50%' LIKE '50!%' ESCAPE '!' AS escaped, '50x' LIKE ANY ('51%', '50%') AS any_of
FROM event_triggers
