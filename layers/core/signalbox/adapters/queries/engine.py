"""The query engine: DuckDB in a child process that may be killed, so that no query can hurt the run or its neighbours.

    parent                                   child (one for a run, and a fresh one after each that was stopped)
    write events and contacts to files ────> load them once, then give up every power
    read answer after answer          <────  query 1, query 2, …
    child gone or too slow: name that query's fault and start again behind it

The child gets no environment: no credentials, no addresses. Its answers are bounded here once more, and are only JSON.
"""

import importlib.util
import json
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import IO

from signalbox.adapters.queries.answers import Room, read_answer
from signalbox.adapters.queries.placeholders import fill_placeholders
from signalbox.adapters.queries.process import ChildProcess, Ended, TooSlow
from signalbox.domain.errors import Misconfigured
from signalbox.domain.events import Event, to_ms
from signalbox.domain.queries import Query, QueryAnswer, QueryFailure, QueryFault, QueryLimits

LOAD_SECONDS = 60.0
ROW_BYTES = 224 * 1024
"""The largest event, 102,400 bytes that JSON escapes may double, and its columns; under a queue message's 256 KB."""
ANSWER_BYTES = 64 * 1024 * 1024
RUN_BYTES = 256 * 1024 * 1024
"""What the answers of all queries of a run may take in memory; the function has 2 GB for them, events and child."""
BATCH = 1000
CHILD_SCRIPT = str(Path(__file__).with_name("child.py"))
ENVIRON = {"LD_LIBRARY_PATH": f"{sys.base_prefix}/lib"}
"""All that the child's environment holds: where a shared libpython is found (Lambda's Python is built that way)."""

CHILD_LOST = frozenset({QueryFault.CPU_LIMIT, QueryFault.MEMORY_LIMIT, QueryFault.ENGINE_LOST})
ASKED_AGAIN = CHILD_LOST - {QueryFault.CPU_LIMIT}
"""What earlier queries may have left behind in a child: memory, or harm. A fresh one tells whose fault it is."""
NOT_LOADED = "The query engine could not load the events; the query was not run."


@dataclass(frozen=True, slots=True)
class _Files:
    """What a child reads; each of them vanishes with the run, whatever becomes of it."""

    job: IO[bytes]
    events: IO[bytes]
    contacts: IO[bytes]


class DuckDBEngine:
    """Answers queries over events, each within its limits (spec: triggers-and-flows, section 1, "Safety")."""

    def __init__(
        self,
        limits: QueryLimits | None = None,
        row_bytes: int = ROW_BYTES,
        answer_bytes: int = ANSWER_BYTES,
        run_bytes: int = RUN_BYTES,
    ) -> None:
        self._limits = limits or QueryLimits()
        self._row_bytes = row_bytes
        self._answer_bytes = answer_bytes
        self._run_bytes = run_bytes

    def run(
        self, events: Sequence[Event], contacts: Mapping[str, str], queries: Sequence[Query]
    ) -> Mapping[str, QueryAnswer]:
        """Answer every query by its key; `contacts` maps an identity to its traits as JSON text.

        Of events with one event_id the earliest received counts.
        Raises Misconfigured when DuckDB is not installed here.
        """
        answers: list[QueryAnswer] = []
        room = Room(self._run_bytes, self._answer_bytes, len(queries))
        with tempfile.TemporaryFile() as job, tempfile.TemporaryFile() as rows, tempfile.TemporaryFile() as people:
            files = _Files(job, rows, people)
            files.job.write(json.dumps(self._job(queries)).encode())
            files.job.flush()
            _write_array(files.events, map(_event_row, _first_of_each(events)))
            _write_array(files.contacts, ({"identity": who, "traits": traits} for who, traits in contacts.items()))
            while len(answers) < len(queries):
                answers += self._answers_of_one_child(files, queries, len(answers), room)
        return {answer.key: answer for answer in answers}

    def _job(self, queries: Sequence[Query]) -> dict[str, object]:
        return {
            "queries": [fill_placeholders(query.sql, query.window) for query in queries],
            "cpu_seconds": self._limits.cpu_seconds,
            "memory_mb": self._limits.memory_mb,
            "rows": self._limits.rows,
            "row_bytes": self._row_bytes,
            "answer_bytes": self._answer_bytes,
        }

    def _answers_of_one_child(
        self, files: _Files, queries: Sequence[Query], first: int, room: Room
    ) -> list[QueryAnswer]:
        """Answer from query `first` on, until the end or until a query was the child's end: one answer at least."""
        files.job.seek(0)
        inherited = (files.events.fileno(), files.contacts.fileno())
        with ChildProcess(_command(inherited, first), ENVIRON, files.job, inherited) as child:
            try:
                next(child.lines(LOAD_SECONDS))
            except (TooSlow, Ended, ValueError):
                return [QueryFailure(query.key, QueryFault.ENGINE_LOST, NOT_LOADED) for query in queries[first:]]
            answers: list[QueryAnswer] = []
            for later, query in zip(range(len(queries) - first - 1, -1, -1), queries[first:], strict=True):
                answer = read_answer(child, query, self._limits, room, later)
                fault = answer.fault if isinstance(answer, QueryFailure) else None
                if answers and fault in ASKED_AGAIN:
                    break
                answers.append(answer)
                if fault in CHILD_LOST:
                    break
            return answers


def _command(inherited: tuple[int, int], first: int) -> list[str]:
    """Start the child script alone: no site packages, no user folder, no variables that change Python."""
    folders = (_folder_of("_duckdb"), str(Path(__file__).parents[3]))
    return [sys.executable, "-I", "-S", "-X", "utf8", CHILD_SCRIPT, *folders, *map(str, (*inherited, first))]


def _folder_of(module: str) -> str:
    """Find a module without importing it: the parent stays free of what the child loads."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise Misconfigured(f"the module {module} is not installed here")
    return str(Path(spec.origin).parent)


def _first_of_each(events: Iterable[Event]) -> Iterable[Event]:
    """Keep of repeats, events with one event_id, the earliest received (spec: collect-api, section 6)."""
    first: dict[str, Event] = {}
    for event in events:
        known = first.get(event.event_id)
        if known is None or event.received_at < known.received_at:
            first[event.event_id] = event
    return first.values()


def _event_row(event: Event) -> dict[str, str | int | None]:
    """Write an event in the columns the child loads; the body is text in text, so that no digit of it changes."""
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


def _write_array(file: IO[bytes], rows: Iterable[Mapping[str, str | int | None]]) -> None:
    """Write one JSON array, encoded in batches: several times faster than row by row."""
    encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
    file.write(b"[")
    for number, batch in enumerate(batched(rows, BATCH, strict=False)):
        file.write((", " if number else "").encode() + encode(batch)[1:-1].encode())
    file.write(b"]")
    file.flush()
