SELECT identity, event_id, extract(dow FROM ts) AS dow, extract(isodow FROM ts) AS iso, date_part('hour', ts) AS h, date_trunc('week', ts) AS w, extract(second FROM timestamp '2026-03-01 00:00:01.5') AS s,
       extract(week FROM ts) AS week, extract(doy FROM ts) AS doy
FROM event_triggers
