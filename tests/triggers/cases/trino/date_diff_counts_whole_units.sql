SELECT identity, event_id, date_diff('day', timestamp '2026-02-28 23:59:00', timestamp '2026-03-01 00:01:00') AS d, date_diff('hour', ts, timestamp '2026-03-01 14:00:59') AS h, date_diff('day', date '2026-02-28', date '2026-03-01') AS dd,
       date_diff('minute', timestamp '2026-03-01 13:00:30', ts) AS minus
FROM event_triggers
