-- Other partners' data.

-- name: another_partners_events
-- save: passes
-- run: sql_error: there is no table event_triggers for it
-- compiled: answered: the name before the table is taken off: the child holds one partner's events only
SELECT identity, event_id FROM other.event_triggers

-- name: another_partners_contacts
-- save: refused
-- run: sql_error: there is no table contacts for it
SELECT identity, 'y' AS event_id FROM other.contacts

-- name: another_partners_events_by_catalog
-- save: passes
-- run: sql_error: there is no table event_triggers for it
-- compiled: answered: the name before the table is taken off: the child holds one partner's events only
SELECT identity, event_id FROM other.main.event_triggers

-- name: a_quoted_partner
-- save: passes
-- run: sql_error: there is no table event_triggers for it
-- compiled: answered: the name before the table is taken off: the child holds one partner's events only
SELECT identity, event_id FROM "other"."event_triggers"

-- name: another_database
-- save: passes
-- run: sql_error: there is no table event_triggers for it
-- compiled: answered: the name before the table is taken off: the child holds one partner's events only
SELECT identity, event_id FROM system.main.event_triggers

-- name: the_temporary_schema
-- save: passes
-- run: sql_error: there is no table event_triggers for it
-- compiled: answered: the name before the table is taken off: the child holds one partner's events only
SELECT identity, event_id FROM temp.event_triggers

-- name: events_of_all_partners
-- save: passes
-- run: sql_error: Referenced column "partner_id" not found in FROM clause!
SELECT partner_id AS identity, event_id FROM event_triggers

-- name: a_table_of_the_product
-- save: refused
-- run: sql_error: there is no table partners for it
SELECT identity, event_id FROM partners

-- name: secrets_of_the_product
-- save: refused
-- run: sql_error: there is no table registry for it
SELECT secret AS identity, 'y' AS event_id FROM registry
