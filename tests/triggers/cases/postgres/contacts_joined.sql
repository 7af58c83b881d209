SELECT e.identity, e.event_id FROM event_triggers e LEFT JOIN contacts c ON c.identity = e.identity AND c.traits->>'tier' = 'gold' WHERE c.identity IS NULL
