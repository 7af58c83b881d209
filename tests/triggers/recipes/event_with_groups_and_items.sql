SELECT identity, event_id, event_type, ts
FROM event_triggers
WHERE ts > {cursor_start_time}
    AND ts <= {cursor_end_time}
    AND event_type IN ('add_to_cart', 'update_cart')
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
