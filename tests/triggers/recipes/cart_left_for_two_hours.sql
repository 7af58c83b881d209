WITH steps AS (
    SELECT identity, event_id, event_type, ts, occurred_at, false AS cancels, properties ->> '$.cartId' AS key
    FROM event_triggers
    WHERE ts > {cursor_start_time} - INTERVAL '2 hours'
        AND ts <= {cursor_end_time}
        AND event_type IN ('add_to_cart', 'update_cart')
    UNION ALL
    SELECT identity, event_id, event_type, ts, occurred_at, true AS cancels, properties ->> '$.properties.cartId' AS key
    FROM event_triggers
    WHERE ts > {cursor_start_time} - INTERVAL '2 hours'
        AND ts <= {cursor_end_time}
        AND event_type = 'complete_transaction'
),
followed AS (
    SELECT *, lead(ts) OVER (PARTITION BY key ORDER BY ts, cancels, occurred_at, event_id) AS next_at
    FROM steps
    -- What has no key, or an empty one, belongs to no clock.
    WHERE key <> ''
)
SELECT identity, event_id, event_type, ts, key
FROM followed
WHERE NOT cancels
    -- The wait ends inside the window.
    AND ts > {cursor_start_time} - INTERVAL '2 hours'
    AND ts <= {cursor_end_time} - INTERVAL '2 hours'
    AND (next_at IS NULL OR next_at > ts + INTERVAL '2 hours')
