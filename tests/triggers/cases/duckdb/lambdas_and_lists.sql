SELECT identity, event_id, list_transform([1, 2], lambda x: x + 1) AS a, list_filter(CAST(properties->'tags' AS VARCHAR[]), lambda t: t <> 'new') AS b, [x * 2 FOR x IN [1, 2]] AS c
FROM event_triggers
