SELECT identity, event_id, DATE_TRUNC('week', ts) AS w, DATE_TRUNC('month', ts::date) AS m, DATE_PART(hour, ts) AS h, DAYOFWEEK(ts) AS dow, DAYOFWEEKISO(ts) AS iso, YEAR(ts) AS y
FROM event_triggers
