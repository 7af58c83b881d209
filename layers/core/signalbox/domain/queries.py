"""What is asked of the query engine and what it answers; one query is one trigger over one window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

type Cell = str | int | float | bool | Sequence[Cell] | Mapping[str, Cell] | None
"""A value of a result row after its trip through JSON; timestamps arrive as ISO 8601 text, decimals as text."""


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
    ENGINE_LOST = "engine_lost"


@dataclass(frozen=True, slots=True)
class QueryRows:
    """The rows a query returned; every row has `identity` and `event_id` among its columns."""

    key: str
    rows: Sequence[Mapping[str, Cell]]
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class QueryFailure:
    """Why a query was stopped or refused, in words for the trigger's health; `detail` holds no event data."""

    key: str
    fault: QueryFault
    detail: str


type QueryAnswer = QueryRows | QueryFailure
