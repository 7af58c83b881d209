"""What is asked of the query engine and what it answers; one query is one trigger over one window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

type Cell = str | int | float | bool | Sequence[Cell] | Mapping[str, Cell] | None
"""A value of a result row after its trip through JSON; timestamps arrive as ISO 8601 text, decimals as text."""

type EventRow = tuple[str, int, int, int, str, str, str, str | None, str | None, str | None, str]
"""An event as queries read it: event_id, received_ms, occurred_ms, sent_ms, event_type, event_name, client_id, user_id,
identity, email, body.

The instants are epoch milliseconds and the body is its text, to the last digit. A bare tuple: a run has 100,000s.
"""


@dataclass(frozen=True, slots=True)
class Window:
    """The span `(start, end]` of receive times that a query covers."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Query:
    """One trigger's SQL with its placeholders in place, and the window to put into them."""

    key: str
    sql: str
    window: Window
    reads_from: datetime
    """The query may read what was received in `(reads_from, window.end]`: its window and the look-back before it."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the queries of one step read: events at hand, and files of closed hours; no event is in both."""

    events: Sequence[EventRow]
    history: Sequence[Path] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing that any query could find."""
        return not self.events and not self.history


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What one query may use before it is stopped (spec: triggers-and-flows, section 1, "Safety")."""

    cpu_seconds: int = 5
    memory_mb: int = 512
    rows: int = 100_000


class QueryFault(StrEnum):
    """Why a query gave no answer."""

    SQL_ERROR = "sql_error"
    CPU_LIMIT = "cpu_limit"
    MEMORY_LIMIT = "memory_limit"
    ROW_LIMIT = "row_limit"
    COLUMNS_MISSING = "columns_missing"
    UNUSABLE_ROW = "unusable_row"
    TOO_MUCH_HISTORY = "too_much_history"
    HISTORY_NOT_READY = "history_not_ready"
    TOO_MANY_CONTACTS = "too_many_contacts"
    ENGINE_LOST = "engine_lost"


@dataclass(frozen=True, slots=True)
class QueryRows:
    """The rows a query returned; every row has `identity` and `event_id` among its columns.

    `received_ms` tells by event_id when events that the query could read were received, in epoch milliseconds: each
    that a row names, and maybe more; an id that none of them has is not in it.
    """

    key: str
    rows: Sequence[Mapping[str, Cell]]
    elapsed_ms: int
    received_ms: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QueryFailure:
    """Why a query was stopped or refused, in words for the trigger's health; `detail` holds no event data."""

    key: str
    fault: QueryFault
    detail: str


type QueryAnswer = QueryRows | QueryFailure
