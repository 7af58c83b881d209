"""What the child says, read as strictly as what a stranger says: a query may have taken the child over.

The child's side of it is drawn at the top of child.py.
"""

import json
from dataclasses import dataclass

from signalbox.adapters.queries.rules import MAX_COLUMNS
from signalbox.domain.queries import Cell, QueryFault

MAX_DETAIL = 300
SPOKEN_FAULTS = frozenset({QueryFault.SQL_ERROR, QueryFault.ROW_LIMIT, QueryFault.COLUMNS_MISSING})
"""The faults that a child speaks of; of the others it dies."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of an answer's columns; its rows follow."""

    names: list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """The values of one row."""

    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Fault:
    """The query has no answer."""

    fault: QueryFault
    detail: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer is whole."""

    elapsed_ms: int


type Note = Columns | Row | Fault | Finished


def read_note(line: bytes) -> Note:
    """Read one line; raises ValueError when it is nothing that our child writes."""
    try:
        said = _decode(line.decode())
    except RecursionError as error:
        raise ValueError("nested deeper than the child can write") from error
    match said:
        case list():
            return Row(said)
        case {"columns": [*names]} if len(names) <= MAX_COLUMNS and all(isinstance(name, str) for name in names):
            return Columns(names)
        case {"fault": str(fault), "detail": str(detail)} if fault in SPOKEN_FAULTS:
            return Fault(QueryFault(fault), detail[:MAX_DETAIL])
        case {"elapsed_ms": int(elapsed_ms)}:
            return Finished(elapsed_ms)
    raise ValueError("not a note of the child's")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


_decode = json.JSONDecoder(parse_constant=_refuse).decode
