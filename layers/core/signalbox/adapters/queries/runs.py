"""One run of the query engine: what its children are given, and what is asked of them in which order."""

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO

from signalbox.adapters.queries.answers import Room, read_answer
from signalbox.adapters.queries.event_rows import write_array, write_events
from signalbox.adapters.queries.notes import Asked, Identities, Ready, read_loading_note
from signalbox.adapters.queries.placeholders import fill_placeholders
from signalbox.adapters.queries.process import ChildProcess, Ended, TooSlow, Zygote
from signalbox.adapters.queries.receipts import Receipts
from signalbox.domain.events import to_ms
from signalbox.domain.queries import Loaded, Query, QueryAnswer, QueryFailure, QueryFault, QueryLimits

LOAD_SECONDS = 60.0
EVENTS_A_PART = 10_000
"""While the parent writes a part, the child loads the one before it."""
MOST_PARTS = 32
CHILD_LOST = frozenset({QueryFault.CPU_LIMIT, QueryFault.MEMORY_LIMIT, QueryFault.ENGINE_LOST})
ASKED_AGAIN = CHILD_LOST - {QueryFault.CPU_LIMIT}
"""What earlier queries may have left behind in a child: memory, or harm. A fresh one tells whose fault it is."""
NOT_LOADED = "The query engine could not load the events; the query was not run."

_NAMES_CONTACTS = re.compile(r"contacts", re.IGNORECASE)

type TraitsOf = Callable[[Iterable[str]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one query may use, and what its answer may weigh."""

    limits: QueryLimits
    row_bytes: int
    answer_bytes: int


@dataclass(frozen=True, slots=True)
class Files:
    """What a child reads; each of them vanishes with the run, whatever becomes of it."""

    job: IO[bytes]
    events: Sequence[IO[bytes]]
    contacts: IO[bytes]


@contextmanager
def open_files(events: int) -> Iterator[Files]:
    """Give empty files that have no name, for so many events."""
    parts = min(-(-events // EVENTS_A_PART), MOST_PARTS)
    with ExitStack() as opened:
        job, contacts, *parts_of_events = [opened.enter_context(tempfile.TemporaryFile()) for _ in range(2 + parts)]
        yield Files(job, parts_of_events, contacts)


class Run:
    """The queries of one step and what they read; a child after the other answers them."""

    def __init__(
        self,
        zygote: Zygote,
        loaded: Loaded,
        files: Files,
        bounds: Bounds,
        room: Room,
        *,
        queries: Sequence[Query],
        traits_of: TraitsOf,
    ) -> None:
        self._zygote = zygote
        self._files = files
        self._bounds = bounds
        self._room = room
        self._loaded = loaded
        self._queries = queries
        self._traits_of = traits_of
        self._readers = [query for query in queries if _NAMES_CONTACTS.search(query.sql)]
        # "unread", or to "ask" for; then "given" or "too many", for every child of the run
        self._contacts = "ask" if self._readers else "unread"
        self._forms = b""
        self._receipts: Receipts | None = None

    def write_job(self) -> None:
        """Write down what the children are to do."""
        self._files.job.write(json.dumps(self._job()).encode())
        self._files.job.flush()

    def _job(self) -> dict[str, object]:
        limits = self._bounds.limits
        return {
            "history": [str(file) for file in self._loaded.history],
            "contacts": _reach(self._readers),
            "queries": [
                {"sql": fill_placeholders(query.sql, query.window), "bounds": _reach([query])}
                for query in self._queries
            ],
            "cpu_seconds": limits.cpu_seconds,
            "memory_mb": limits.memory_mb,
            "rows": limits.rows,
            "row_bytes": self._bounds.row_bytes,
            "answer_bytes": self._bounds.answer_bytes,
        }

    def answers_of_one_child(self, first: int) -> Iterator[QueryAnswer]:
        """Answer from query `first` on, until the end or until a query was the child's end: one answer at least."""
        go, ours = os.pipe()
        with open(go, "rb") as its_go, open(ours, "wb", buffering=0) as our_go, self._fork(first, its_go) as child:  # noqa: PTH123 - descriptors
            its_go.close()
            try:
                self._hand_over(our_go)
                self._load(child, our_go)
            except (TooSlow, Ended, ValueError, BrokenPipeError):
                yield from (
                    QueryFailure(query.key, QueryFault.ENGINE_LOST, NOT_LOADED) for query in self._queries[first:]
                )
            else:
                yield from self._read(child, self._queries[first:])

    def _fork(self, first: int, go: IO[bytes]) -> ChildProcess:
        order = json.dumps({"first": first, "contacts": self._contacts}).encode()
        files = (self._files.job, *self._files.events, self._files.contacts, go)
        return self._zygote.fork(order, [each.fileno() for each in files])

    def _hand_over(self, go: IO[bytes]) -> None:
        """Write the events part by part for a child that loads each at once; a later child finds them all there.

        Raises BrokenPipeError when there is no child any more.
        """
        if self._forms:
            go.write(self._forms)
            return
        events, parts = self._loaded.events, len(self._files.events)
        forms = []
        for number, file in enumerate(self._files.events):
            part = events[len(events) * number // parts : len(events) * (number + 1) // parts]
            forms.append(write_events(file, part))
            go.write(forms[-1])
        self._forms = b"".join(forms)
        if not self._loaded.history:  # an earlier event of the same name may lie there, where only the child looks
            self._receipts = Receipts(events)  # now, while the child still loads

    def _load(self, child: ChildProcess, go: IO[bytes]) -> None:
        """Wait until the child has loaded what its queries read; raises what ChildProcess.lines raises."""
        if self._contacts == "ask":
            identities = _identities(child)
            if identities is None:
                self._contacts = "too many"
            else:
                traits = self._traits_of(identities)
                write_array(self._files.contacts, ({"identity": who, "traits": traits[who]} for who in traits))
                self._contacts = "given"
                go.write(b"!")
        if not isinstance(read_loading_note(next(child.lines(LOAD_SECONDS))), Ready):
            raise ValueError("not ready")  # noqa: TRY004 - a value that was sent, not a type of ours

    def _read(self, child: ChildProcess, queries: Sequence[Query]) -> Iterator[QueryAnswer]:
        for number, query in enumerate(queries):
            later = len(queries) - number - 1
            answer = read_answer(child, query, self._bounds.limits, self._room, later, receipts=self._receipts)
            fault = answer.fault if isinstance(answer, QueryFailure) else None
            if number and fault in ASKED_AGAIN:
                return
            yield answer
            if fault in CHILD_LOST:
                return


def _reach(queries: Sequence[Query]) -> dict[str, int] | None:
    """Give the bounds of what the queries may read together, `(after_ms, until_ms]` of receipt."""
    if not queries:
        return None
    return {
        "after_ms": min(to_ms(query.reads_from) for query in queries),
        "until_ms": max(to_ms(query.window.end) for query in queries),
    }


def _identities(child: ChildProcess) -> list[str] | None:
    """Read whose traits are needed, None when they are too many; raises what ChildProcess.lines raises."""
    names: list[str] = []
    for line in child.lines(LOAD_SECONDS):
        match read_loading_note(line):
            case Identities(some):
                names += some
            case Asked(are_named):
                return names if are_named else None
            case Ready():
                raise ValueError("ready without what it was to ask for")
    raise AssertionError("lines end by raising")
