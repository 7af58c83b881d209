SELECT identity, event_id, event_type, ts
FROM event_triggers
WHERE ts > {cursor_start_time}
    AND ts <= {cursor_end_time}
    AND event_type = 'product_view'
    AND (properties ->> '$.color') IS DISTINCT FROM 'red'
    AND (properties ->> '$.size') IN ('S', 'M')
    AND TRY_CAST(properties ->> '$.variant' AS DECIMAL(38, 10)) IN (1, 2)
    AND contains(properties ->> '$.title', 'it''s new')
    AND TRY_CAST(properties ->> '$.price' AS DECIMAL(38, 10)) < 100
    AND TRY_CAST(properties ->> '$.quantity' AS DECIMAL(38, 10)) <= 3
    AND TRY_CAST(properties ->> '$.releasedAt' AS TIMESTAMPTZ) < TIMESTAMPTZ '2026-03-01 00:00:00+00:00'
    AND (properties ->> '/details/gift note') IS NOT NULL
    AND (properties ->> '$.coupon') IS NULL
    AND (properties ->> '$.inStock') = 'true'
    AND (properties ->> '$.preorder') = 'false'
    AND starts_with(context ->> '$.page.url', 'https://')
