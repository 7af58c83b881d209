"""What the child says, read as strictly as what a stranger says: a query may have taken the child over.

The child's side of it is drawn at the top of child.py.
"""

import json
from dataclasses import dataclass
from typing import Any

from signalbox.adapters.queries.rules import MAX_COLUMNS
from signalbox.domain.queries import Cell, QueryFault

MAX_DETAIL = 300
SPOKEN_FAULTS = frozenset({
    QueryFault.SQL_ERROR, QueryFault.ROW_LIMIT, QueryFault.COLUMNS_MISSING, QueryFault.TOO_MANY_CONTACTS,
})  # fmt: skip
"""The faults that a child speaks of; of the others it dies."""


@dataclass(frozen=True, slots=True)
class Identities:
    """Some of the people whose traits are needed."""

    names: list[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """The people are all named, or too many to be."""

    are_named: bool


@dataclass(frozen=True, slots=True)
class Ready:
    """The events are loaded, and the child has given up its powers."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of an answer's columns; its rows follow."""

    names: list[str]


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows, as the values of each column."""

    columns: list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Received:
    """When some of the events that the rows name were received, in epoch milliseconds by event id."""

    ms_by_id: dict[str, int]


@dataclass(frozen=True, slots=True)
class Fault:
    """The query has no answer."""

    fault: QueryFault
    detail: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer is whole."""

    elapsed_ms: int


type LoadingNote = Identities | Asked | Ready
type Note = Columns | Rows | Received | Fault | Finished


def read_loading_note(line: bytes) -> LoadingNote:
    """Read one line of a child that loads; raises ValueError when it is nothing that ours writes then."""
    match _read(line):
        case {"identities": [*names]} if all(isinstance(name, str) for name in names):
            return Identities(names)
        case {"asked": bool(are_named)}:
            return Asked(are_named)
        case {"ready": True}:
            return Ready()
    raise ValueError("not a note of the child's")


def read_note(line: bytes) -> Note:
    """Read one line of an answer; raises ValueError when it is nothing that our child writes in one."""
    match _read(line):
        case [*columns] if all(isinstance(column, list) for column in columns):
            return Rows(columns)
        case {"columns": [*names]} if len(names) <= MAX_COLUMNS and all(isinstance(name, str) for name in names):
            return Columns(names)
        case {"received": dict(received)} if all(type(ms) is int for ms in received.values()):
            return Received(received)
        case {"fault": str(fault), "detail": str(detail)} if fault in SPOKEN_FAULTS:
            return Fault(QueryFault(fault), detail[:MAX_DETAIL])
        case {"elapsed_ms": int(elapsed_ms)}:
            return Finished(elapsed_ms)
    raise ValueError("not a note of the child's")


def _read(line: bytes) -> Any:
    text = line.decode()
    try:
        value, end = _decode(text)
    except RecursionError as error:
        raise ValueError("nested deeper than the child can write") from error
    if end != len(text):
        raise ValueError("more than one value in a line")
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


_decode = json.JSONDecoder(parse_constant=_refuse).raw_decode
