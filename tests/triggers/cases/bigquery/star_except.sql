SELECT * EXCEPT (event_raw, properties, traits, context, identity_type, event_name, client_id, user_id, email, ts, occurred_at, sent_at, received_at) FROM event_triggers
