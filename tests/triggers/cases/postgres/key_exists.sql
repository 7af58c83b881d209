SELECT identity, event_id, properties ? 'coupon' AS a, properties ? 'gone' AS b, properties->>'coupon' IS NULL AS c
FROM event_triggers
