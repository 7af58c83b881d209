SELECT identity, MAX(event_id) AS event_id, LISTAGG(event_id, ',') WITHIN GROUP (ORDER BY ts DESC) AS ids,
       LISTAGG(user_id) AS users, ARRAY_AGG(user_id) AS known, COUNT(*) AS n
FROM event_triggers GROUP BY identity ORDER BY identity
