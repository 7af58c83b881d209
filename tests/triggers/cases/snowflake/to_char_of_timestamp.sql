SELECT identity, event_id, TO_CHAR(ts, 'YYYY-MM-DD HH24:MI:SS') AS t, TO_VARCHAR(ts::date, 'DD/MM/YYYY') AS d
FROM event_triggers
