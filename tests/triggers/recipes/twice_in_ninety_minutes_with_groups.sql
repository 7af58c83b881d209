WITH counted AS (
    SELECT
        identity, event_id, event_type, ts,
        -- When the first of the last 2 happened, and the one before it.
        lag(ts, 1) OVER person AS first_at,
        lag(ts, 2) OVER person AS before_at
    FROM event_triggers
    WHERE ts > {cursor_start_time} - INTERVAL '90 minutes'
        AND ts <= {cursor_end_time}
        AND identity IS NOT NULL
        AND event_type = 'add_to_cart'
        AND (
            TRY_CAST(properties ->> '$.price' AS DECIMAL(38, 10)) >= 99.50
            OR (
                (properties ->> '$.brand') = 'Acme'
                AND starts_with(properties ->> '$.category', 'Men''s/')
            )
            OR EXISTS (
                SELECT 1
                FROM json_each(properties, '$.cartItems') AS item
                WHERE (item.value ->> '$.brand') = 'Acme'
                    AND TRY_CAST(item.value ->> '$.quantity' AS DECIMAL(38, 10)) > 1
                    AND EXISTS (
                        SELECT 1
                        FROM json_each(item.value, '$.properties.tags') AS item_2
                        WHERE (item_2.value ->> '$') = 'sale'
                    )
            )
        )
    WINDOW person AS (PARTITION BY identity ORDER BY ts, occurred_at, event_id)
)
SELECT identity, event_id, event_type, ts, first_at
FROM counted
WHERE ts > {cursor_start_time}
    -- Exactly 2 in the period: a further one is no match.
    AND first_at > ts - INTERVAL '90 minutes'
    AND (before_at IS NULL OR before_at <= ts - INTERVAL '90 minutes')
