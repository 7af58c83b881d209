SELECT "acme".event_triggers.identity, event_id FROM "acme".event_triggers
