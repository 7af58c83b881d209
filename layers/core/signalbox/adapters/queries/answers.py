"""Reads one query's answer from the child: within its time, within the memory that is left, and nothing else.

Whoever asked may keep the rows in memory until the run is over, so what they weigh there is bounded, not only their
bytes.
"""

import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from signalbox.adapters.queries.notes import Columns, Fault, Finished, Received, Rows, read_note
from signalbox.adapters.queries.process import ChildProcess, Ended, TooSlow
from signalbox.adapters.queries.receipts import Receipts
from signalbox.domain.events import to_ms
from signalbox.domain.queries import Cell, Query, QueryAnswer, QueryFailure, QueryFault, QueryLimits, QueryRows

WALL_FACTOR = 4
"""Wall time for each second of CPU time: a function with little memory gets only a part of a core."""
WALL_SLACK_SECONDS = 2.0
MEMORY_EXIT = 3
"""The exit code by which the child says that a query used up its memory."""
FAULT_BY_END = {
    -signal.SIGXCPU: QueryFault.CPU_LIMIT,
    -signal.SIGKILL: QueryFault.MEMORY_LIMIT,  # the kernel's choice when memory runs out; the parent's own is TooSlow
    MEMORY_EXIT: QueryFault.MEMORY_LIMIT,
}
LAST_MS = to_ms(datetime.max.replace(tzinfo=UTC))
ROW_WEIGHT = 128
CELL_WEIGHT = 64
"""What Python takes for a row and for each of its values beside their bytes, as measured."""
_NESTED = frozenset({list, dict})


class Room:
    """The memory for the answers of one run, shared so that a large one takes nothing that a later one needs.

    Half of it is kept in equal parts for the queries that are still to come.
    """

    def __init__(self, total: int, largest: int, queries: int) -> None:
        self._left = total
        self._largest = largest
        self._kept_for_each = total // (2 * max(queries, 1))

    def for_next(self, later: int) -> int:
        """Say what the next answer may weigh when so many are still to come after it."""
        return min(self._largest, self._left - later * self._kept_for_each)

    def take(self, weight: int) -> None:
        """Count an answer's weight."""
        self._left -= weight


@dataclass(slots=True)
class _Draft:
    """An answer while it is read; past its room its rows are let go and only counted."""

    room: int
    receipts: Receipts | None
    columns: list[str] = field(default_factory=list)
    rows: list[dict[str, Cell]] = field(default_factory=list)
    received_ms: Mapping[str, int] = field(default_factory=dict)
    count: int = 0
    weight: int = 0

    def add(self, columns: list[list[Cell]], line: bytes, most: int) -> None:
        """Raises ValueError on rows that do not have the columns, and on more rows in all than may be."""
        if not columns or len(columns) != len(self.columns):
            raise ValueError("rows of other columns")
        self.count += len(columns[0])
        if self.count > most:
            raise ValueError("more rows than the child lets through")
        self.weight += _weight(columns, line)
        if self.weight > self.room:
            self.rows.clear()
        else:
            self.rows += [dict(zip(self.columns, cells, strict=True)) for cells in zip(*columns, strict=True)]

    def receive(self, ms_by_id: dict[str, int], line: bytes) -> None:
        """Raises ValueError on more events than there are rows, and on instants that no calendar has."""
        self.weight += len(line) + ROW_WEIGHT * len(ms_by_id)
        if not all(0 <= ms <= LAST_MS for ms in ms_by_id.values()):
            raise ValueError("an event of no time")
        self.received_ms = {**self.received_ms, **ms_by_id}
        if len(self.received_ms) > self.count:
            raise ValueError("more events than the rows can name")


def _weight(columns: list[list[Cell]], line: bytes) -> int:
    """Estimate the memory of rows; inside lists and maps every bracket and comma may be a value."""
    values = sum(map(len, columns))
    if not all(_NESTED.isdisjoint(map(type, column)) for column in columns):
        values = line.count(b",") + line.count(b"[") + line.count(b"{")
    return len(line) + ROW_WEIGHT * len(columns[0]) + CELL_WEIGHT * values


def read_answer(
    child: ChildProcess, query: Query, limits: QueryLimits, room: Room, later: int, *, receipts: Receipts | None = None
) -> QueryAnswer:
    """Read the answer that the child gives next, before `later` others; whatever the child does, it is one.

    Without `receipts` the child tells when the events that its rows name were received.
    """
    draft = _Draft(room.for_next(later), receipts)
    try:
        answer = _read(child, query, limits, draft)
    except TooSlow:
        answer = _lost(query, QueryFault.CPU_LIMIT, limits)
    except Ended as end:
        answer = _lost(query, FAULT_BY_END.get(end.code, QueryFault.ENGINE_LOST), limits)
    except ValueError:  # not what our child writes: something else has taken its place
        answer = _lost(query, QueryFault.ENGINE_LOST, limits)
    if isinstance(answer, QueryRows):
        room.take(draft.weight)
    return answer


def _read(child: ChildProcess, query: Query, limits: QueryLimits, draft: _Draft) -> QueryAnswer:
    """Raises what ChildProcess.lines raises, and ValueError on what our child would not write."""
    for line in child.lines(limits.cpu_seconds * WALL_FACTOR + WALL_SLACK_SECONDS):
        note = read_note(line)
        if isinstance(note, Rows):
            draft.add(note.columns, line, limits.rows)
        elif isinstance(note, Columns):
            draft.columns = note.names
        elif isinstance(note, Received):
            draft.receive(note.ms_by_id, line)
        else:
            return _end(query, draft, note)
    raise AssertionError("lines end by raising")


def _end(query: Query, draft: _Draft, note: Fault | Finished) -> QueryAnswer:
    if isinstance(note, Fault):
        return QueryFailure(query.key, note.fault, f"The query was stopped: {note.detail}.")
    received_ms = draft.received_ms
    if draft.receipts is not None:
        received_ms = draft.receipts.of(draft.rows, query)
        draft.weight += ROW_WEIGHT * min(draft.count, len(received_ms))
    if draft.weight > draft.room:
        size = f"{draft.room // 1_000_000} MB"
        return QueryFailure(
            query.key, QueryFault.ROW_LIMIT, f"The query was stopped: its rows need more than {size} of memory."
        )
    return QueryRows(query.key, draft.rows, note.elapsed_ms, received_ms)


def _lost(query: Query, fault: QueryFault, limits: QueryLimits) -> QueryFailure:
    match fault:
        case QueryFault.CPU_LIMIT:
            words = f"The query was stopped: it takes longer than {limits.cpu_seconds} s of computing time."
        case QueryFault.MEMORY_LIMIT:
            words = f"The query was stopped: it needs more than {limits.memory_mb} MB of memory."
        case _:
            words = "The query engine failed while it ran this query; the other queries were not harmed."
    return QueryFailure(query.key, fault, words)
