"""Events as rows of plain columns: what the engine's child loads, and what the files of closed hours hold."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import batched
from typing import IO

from signalbox.domain.queries import EventRow

TYPE_BY_COLUMN = {
    "event_id": "VARCHAR",
    "received_ms": "BIGINT",
    "occurred_ms": "BIGINT",
    "sent_ms": "BIGINT",
    "event_type": "VARCHAR",
    "event_name": "VARCHAR",
    "client_id": "VARCHAR",
    "user_id": "VARCHAR",
    "identity": "VARCHAR",
    "email": "VARCHAR",
    "body": "VARCHAR",
}
"""The columns in the order of an `EventRow`, with DuckDB's types."""

BATCH = 1000
EVENTS_A_LINE = 200
LONGEST_LINE = 64 * 1024 * 1024
"""So many of the largest events: 102,400 bytes, of which JSON makes three times as many, and their columns."""

PLAIN = b"p"
ESCAPED = b"e"
"""How a file of events is written: as plain text, or where an event has characters that part it, as JSON."""

_PART = "\x1f"
_ODD = "\x1e"
"""Stands for a text that plain text has no way to write; it is in no file that is read."""
_LINE_ENDS = ("\n", "\r")
_COLUMNS = TYPE_BY_COLUMN.items()
_NULLABLE = ("user_id", "identity", "email")
_FILLED = [name for name, kind in _COLUMNS if kind == "VARCHAR" and name not in _NULLABLE]

_READ_PLAIN = f"""
    SELECT * FROM read_csv(
        $file, auto_detect = false, header = false, delim = '{_PART}', new_line = '\\n', quote = '', escape = '',
        comment = '', nullstr = '', force_not_null = {_FILLED},
        columns = {{{", ".join(f"{name}: '{kind}'" for name, kind in _COLUMNS)}}})
"""  # noqa: S608 - constants of ours
_READ_ESCAPED = f"""
    SELECT {", ".join(f"unnest({name}) AS {name}" for name in TYPE_BY_COLUMN)}
    FROM read_json($file, format = 'newline_delimited', maximum_object_size = {LONGEST_LINE},
                   columns = {{{", ".join(f"{name}: '{kind}[]'" for name, kind in _COLUMNS)}}})
"""  # noqa: S608 - constants of ours
READ_BY_FORM = {PLAIN: _READ_PLAIN, ESCAPED: _READ_ESCAPED}
"""DuckDB's queries of the rows in a `$file` that `write_events` wrote, by the form that it gave."""

type Row = Mapping[str, str | int | None]


def named(row: EventRow) -> Row:
    """Give the values by their columns."""
    return dict(zip(TYPE_BY_COLUMN, row, strict=True))


def write_events(file: IO[bytes], events: Sequence[EventRow]) -> bytes:
    """Write events into an empty file, their order stays; give the form for `READ_BY_FORM`.

    Plain text takes half the time of JSON, which escapes each quote of each body, but has no escapes at all. Bodies
    are compact JSON and hold none of the characters that part it; what else a partner sends may.
    """
    for batch in batched(events, EVENTS_A_LINE, strict=False):
        lines = _plain(batch)
        if lines is None:
            file.seek(0)
            file.truncate()
            _write_escaped(file, events)
            return ESCAPED
        file.write(lines)
    file.flush()
    return PLAIN


def _plain(events: Sequence[EventRow]) -> bytes | None:
    """Write a line for each event, None where it could not be told apart again.

    None in a column is written as nothing at all, so an empty text cannot be. Each step here is taken for 100,000s of
    events: hence the long f-string, and no search that stops at each of its finds but in what is short.
    """
    heads = [
        f"{event_id}\x1f{received_ms}\x1f{occurred_ms}\x1f{sent_ms}\x1f{event_type}\x1f{event_name}\x1f{client_id}\x1f"
        f"{'' if user_id is None else user_id or _ODD}\x1f{'' if identity is None else identity or _ODD}\x1f"
        f"{'' if email is None else email or _ODD}\x1f"
        for event_id, received_ms, occurred_ms, sent_ms, event_type, event_name, client_id, user_id, identity, email, _
        in events
    ]  # fmt: skip
    bodies = [event[-1] for event in events]
    head, body = "".join(heads), "".join(bodies)
    if any(odd in head or odd in body for odd in _LINE_ENDS) or _ODD in head:
        return None
    if head.count(_PART) != len(heads) * (len(TYPE_BY_COLUMN) - 1) or _PART in body:
        return None
    pieces = ["\n"] * (3 * len(heads))
    pieces[::3], pieces[1::3] = heads, bodies
    return "".join(pieces).encode()


def _write_escaped(file: IO[bytes], events: Iterable[EventRow]) -> None:
    """Write a column of some events at a time, one JSON object a line."""
    encode = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode
    for batch in batched(events, EVENTS_A_LINE, strict=False):
        columns = dict(zip(TYPE_BY_COLUMN, zip(*batch, strict=True), strict=True))
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
