SELECT IDENTITY, EVENT_ID FROM DB.ACME.EVENT_TRIGGERS WHERE TS > DATEADD(second, -1, {cursor_start_time}) AND TS <= {cursor_start_time}
