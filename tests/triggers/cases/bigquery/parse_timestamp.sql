SELECT identity, event_id, PARSE_TIMESTAMP('%d/%m/%Y', '01/03/2026') AS a
FROM event_triggers
