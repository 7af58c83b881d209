WITH counted AS (
    SELECT
        identity, event_id, event_type, ts,
        -- When the first of the last 3 happened, and the one before it.
        lag(ts, 2) OVER person AS first_at,
        lag(ts, 3) OVER person AS before_at
    FROM event_triggers
    WHERE ts > {cursor_start_time} - INTERVAL '7 days'
        AND ts <= {cursor_end_time}
        AND identity IS NOT NULL
        AND event_type = 'page_view'
    WINDOW person AS (PARTITION BY identity ORDER BY ts, occurred_at, event_id)
)
SELECT identity, event_id, event_type, ts, first_at
FROM counted
WHERE ts > {cursor_start_time}
    -- Exactly 3 in the period: a further one is no match.
    AND first_at > ts - INTERVAL '7 days'
    AND (before_at IS NULL OR before_at <= ts - INTERVAL '7 days')
