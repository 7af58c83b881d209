WITH steps AS (
    SELECT identity, event_id, event_type, ts, occurred_at, false AS cancels
    FROM event_triggers
    WHERE ts > {cursor_start_time} - INTERVAL '14 days'
        AND ts <= {cursor_end_time}
        AND event_type IN ('page_view', 'authentication')
        AND identity IS NOT NULL
),
followed AS (
    SELECT *, lead(ts) OVER (PARTITION BY identity ORDER BY ts, cancels, occurred_at, event_id) AS next_at
    FROM steps
)
SELECT identity, event_id, event_type, ts
FROM followed
WHERE NOT cancels
    -- The wait ends inside the window.
    AND ts > {cursor_start_time} - INTERVAL '14 days'
    AND ts <= {cursor_end_time} - INTERVAL '14 days'
    AND (next_at IS NULL OR next_at > ts + INTERVAL '14 days')
