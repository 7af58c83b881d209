"""Events as rows of plain columns: what the engine's child loads, and what the files of closed hours hold."""

import json
from collections.abc import Iterable, Mapping
from itertools import batched
from operator import attrgetter
from typing import IO

from signalbox.domain.events import Event, to_ms

TYPE_BY_COLUMN = {
    "identity": "VARCHAR",
    "identity_type": "VARCHAR",
    "received_ms": "BIGINT",
    "event_type": "VARCHAR",
    "event_id": "VARCHAR",
    "body": "VARCHAR",
    "event_name": "VARCHAR",
    "client_id": "VARCHAR",
    "user_id": "VARCHAR",
    "email": "VARCHAR",
    "occurred_ms": "BIGINT",
    "sent_ms": "BIGINT",
}
"""The columns in their order, with DuckDB's types."""

BATCH = 1000
_MS_COLUMNS = {"received_ms": "received_at", "occurred_ms": "occurred_at", "sent_ms": "sent_at"}

EVENTS_A_LINE = 200
LONGEST_LINE = 64 * 1024 * 1024
"""So many of the largest events: 102,400 bytes, of which JSON makes three times as many, and their columns."""

READ_EVENTS = f"""
    SELECT {", ".join(f"unnest({name}) AS {name}" for name in TYPE_BY_COLUMN)}
    FROM read_json($file, format = 'newline_delimited', maximum_object_size = {LONGEST_LINE},
                   columns = {{{", ".join(f"{name}: '{kind}[]'" for name, kind in TYPE_BY_COLUMN.items())}}})
"""  # noqa: S608 - constants of ours
"""DuckDB's query of the rows in a `$file` that `write_events` wrote."""

type Row = Mapping[str, str | int | None]


def event_row(event: Event) -> Row:
    """Write an event in these columns; the body is text in text, so that no digit of it changes."""
    return {
        "identity": event.identity,
        "identity_type": event.identity_type,
        "received_ms": to_ms(event.received_at),
        "event_type": event.event_type,
        "event_id": event.event_id,
        "body": event.body,
        "event_name": event.event_name,
        "client_id": event.client_id,
        "user_id": event.user_id,
        "email": event.email,
        "occurred_ms": to_ms(event.occurred_at),
        "sent_ms": to_ms(event.sent_at),
    }


def write_events(file: IO[bytes], events: Iterable[Event]) -> None:
    """Write events a column of some of them at a time, one JSON object a line: half the time of row after row.

    `READ_EVENTS` reads it; the order stays.
    """
    encode = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode
    for batch in batched(events, EVENTS_A_LINE, strict=False):
        columns = {
            name: [to_ms(instant) for instant in map(attrgetter(_MS_COLUMNS[name]), batch)]
            if name in _MS_COLUMNS
            else list(map(attrgetter(name), batch))
            for name in TYPE_BY_COLUMN
        }
        file.write(encode(columns).encode() + b"\n")
    file.flush()


def write_array(file: IO[bytes], rows: Iterable[Row]) -> None:
    """Write one JSON array, encoded in batches: several times faster than row by row."""
    encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
    file.write(b"[")
    for number, batch in enumerate(batched(rows, BATCH, strict=False)):
        file.write((", " if number else "").encode() + encode(batch)[1:-1].encode())
    file.write(b"]")
    file.flush()
