WITH steps AS (
    SELECT identity, event_id, event_type, ts, occurred_at, false AS cancels, properties ->> '$.productId' AS key
    FROM event_triggers
    WHERE ts > {cursor_start_time} - INTERVAL '2 days'
        AND ts <= {cursor_end_time}
        AND event_type = 'product_view'
        AND identity IS NOT NULL
    UNION ALL
    SELECT identity, event_id, event_type, ts, occurred_at, true AS cancels, properties ->> '$.productId' AS key
    FROM event_triggers
    WHERE ts > {cursor_start_time} - INTERVAL '2 days'
        AND ts <= {cursor_end_time}
        AND event_type = 'add_to_cart'
        AND TRY_CAST(properties ->> '$.quantity' AS DECIMAL(38, 10)) > 0
        AND identity IS NOT NULL
),
followed AS (
    SELECT
        *,
        -- NULL too where the step before cancelled: what comes then begins anew.
        lag(CASE WHEN NOT cancels THEN ts END) OVER clock AS before_at,
        min(CASE WHEN cancels THEN ts END) OVER (
            clock ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ) AS cancelled_at
    FROM steps
    -- What has no key, or an empty one, belongs to no clock.
    WHERE key <> ''
    WINDOW clock AS (PARTITION BY identity, key ORDER BY ts, cancels, occurred_at, event_id)
)
SELECT identity, event_id, event_type, ts, key
FROM followed
WHERE NOT cancels
    -- The wait ends inside the window.
    AND ts > {cursor_start_time} - INTERVAL '1 day'
    AND ts <= {cursor_end_time} - INTERVAL '1 day'
    AND (before_at IS NULL OR before_at < ts - INTERVAL '1 day')
    AND (cancelled_at IS NULL OR cancelled_at > ts + INTERVAL '1 day')
