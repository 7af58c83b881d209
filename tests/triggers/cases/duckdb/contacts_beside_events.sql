SELECT e.identity, event_id, c.traits->>'tier' AS tier FROM event_triggers e JOIN contacts c USING (identity) WHERE c.traits->>'tier' = 'gold'
