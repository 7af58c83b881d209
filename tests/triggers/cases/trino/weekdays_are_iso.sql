SELECT identity, event_id, day_of_week(ts) AS a, EXTRACT(DOW FROM ts) AS b, date_trunc('week', ts) AS c, hour(ts) AS d, week(ts) AS e, day_of_year(ts) AS f
FROM event_triggers
