"""Questions of our own to the query engine: which events are of a type, about a person, or of a name.

What is asked for is somebody's text, so it stands in the SQL as the hexadecimal digits of its UTF-8.
"""


def goals_sql(event_type: str) -> str:
    """Ask for everybody who met a goal, a row each: `identity`, and `occurred`, the epoch milliseconds of each time."""
    return f"""
        SELECT identity, min(event_id) AS event_id, list(epoch_ms(occurred_at)) AS occurred
        FROM event_triggers
        WHERE event_type = {_text(event_type)} AND identity IS NOT NULL
          AND ts > {{cursor_start_time}} AND ts <= {{cursor_end_time}}
        GROUP BY identity
    """  # noqa: S608 - hexadecimal digits


def events_of_sql(identity: str, most: int) -> str:
    """Ask for a person's events, the latest first."""
    return _events_sql("identity", identity, most)


def events_named_sql(event_id: str) -> str:
    """Ask for the event of that name: there is one, since of repeats the engine shows the earliest."""
    return _events_sql("event_id", event_id, 1)


def _events_sql(column: str, value: str, most: int) -> str:
    return f"""
        SELECT identity, event_id
        FROM event_triggers
        WHERE {column} = {_text(value)} AND ts > {{cursor_start_time}} AND ts <= {{cursor_end_time}}
        ORDER BY ts DESC, event_id LIMIT {most:d}
    """  # noqa: S608 - a name of ours, hexadecimal digits and a number


def _text(value: str) -> str:
    return f"decode(from_hex('{value.encode(errors='replace').hex()}'))"
