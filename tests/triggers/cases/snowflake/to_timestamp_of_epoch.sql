SELECT identity, event_id, TO_TIMESTAMP_NTZ(1772366400) AS t, TRY_TO_TIMESTAMP('no time') AS broken, TO_DATE(properties:at) AS d
FROM event_triggers
