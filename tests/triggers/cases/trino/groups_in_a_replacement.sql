SELECT identity, event_id, regexp_replace('ab', '(a)(b)', '$2$1') AS a
FROM event_triggers
