SELECT DISTINCT ON (identity) identity, event_id, event_type FROM event_triggers ORDER BY identity, ts DESC
