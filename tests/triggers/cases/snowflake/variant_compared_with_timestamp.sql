SELECT identity, event_id, properties:at < ts AS is_before, properties:at::timestamp AS at_time, properties:at::date AS at_day
FROM event_triggers
