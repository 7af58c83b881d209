WITH bought AS (SELECT identity FROM event_triggers WHERE event_type = 'complete_transaction')
SELECT e.identity, e.event_id FROM event_triggers e ANTI JOIN bought b USING (identity)
WHERE e.event_type = 'add_to_cart'
