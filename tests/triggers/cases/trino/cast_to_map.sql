SELECT identity, event_id, CAST(properties AS MAP(VARCHAR, JSON)) AS m
FROM event_triggers
