SELECT identity, event_id, TIMESTAMPTZ '2026-01-02 03:04:05+01:00' AS zoned, DATE '2026-01-02' AS day, 1.50::DECIMAL(9, 2) AS price,
       'NaN'::DOUBLE AS nothing, [1, 2] AS list, {'at': TIMESTAMPTZ '2026-01-02 00:00:00+00'} AS box, NULL AS gone, true AS yes,
       UUID '6ba7b810-9dad-11d1-80b4-00c04fd430c8' AS id, INTERVAL 90 MINUTE AS wait, 'ab'::BLOB AS bytes, MAP {7: 'x'} AS pairs,
       170141183460469231731687303715884105727::HUGEINT AS huge, TIME '10:30:00' AS hour
FROM event_triggers
