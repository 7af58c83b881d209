SELECT identity, event_id, properties->'coupon' IS NULL AS a, properties->>'coupon' IS NULL AS b, properties->'gone' IS NULL AS c
FROM event_triggers
