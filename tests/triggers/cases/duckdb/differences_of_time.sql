SELECT identity, event_id, date_diff('day', TIMESTAMP '2026-02-28 23:59:00', TIMESTAMP '2026-03-01 00:01:00') AS crossed, date_sub('day', TIMESTAMP '2026-02-28 23:59:00', TIMESTAMP '2026-03-01 00:01:00') AS whole,
       epoch(ts - occurred_at) AS s, date_trunc('week', ts) AS w, dayofweek(ts) AS dow, isodow(ts) AS iso
FROM event_triggers
