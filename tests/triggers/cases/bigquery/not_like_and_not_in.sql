SELECT identity, event_id, event_name FROM event_triggers WHERE event_id NOT LIKE 'c1' AND event_id NOT IN ('c2') AND event_name NOT LIKE CONCAT('pur', '%')
