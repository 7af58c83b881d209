SELECT identity, event_id, {'cursor_start_time': 1} AS s, MAP {'cursor_end_time': 2} AS m,
       'from {cursor_start_time} on' AS t
FROM event_triggers -- {cursor_end_time}
WHERE ts > {cursor_start_time} - INTERVAL 1 HOUR AND ts <= {cursor_end_time} /* {cursor_end_time} */
