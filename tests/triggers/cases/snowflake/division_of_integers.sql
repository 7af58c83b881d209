SELECT identity, event_id, 1 / 2 AS half, 1 / 3 AS third, 7 / 2 AS more, DIV0(1, 0) AS safe
FROM event_triggers
