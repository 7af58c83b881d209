SELECT identity, event_id, DATE_TRUNC('month', ts) AS m, TRUNC(ts) AS d, DATE_PART(dow, ts) AS dow, EXTRACT(hour FROM ts) AS h, DATE_PART('year', ts) AS y, EXTRACT(epoch FROM ts) AS e
FROM event_triggers
