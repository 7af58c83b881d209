"""The query engine: DuckDB in a child process that may be killed, so that no query can hurt the run or its neighbours.

    parent                                   child (one for a run, and a fresh one after each that was stopped)
    write events to files            ──────> load each when it is written
    ask for the traits of the people <────── name them, where a query reads contacts
    write them to a file             ──────> load them, then give up every power
    read answer after answer         <────── query 1, query 2, …
    child gone or too slow: name that query's fault and start again behind it

A child is a fork of the zygote (zygote.py), which has DuckDB loaded. It gets no environment: no credentials, no
addresses. Its answers are bounded here once more, and are only JSON.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from signalbox.adapters.queries.answers import Room
from signalbox.adapters.queries.process import Zygote
from signalbox.adapters.queries.runs import Bounds, Run, open_files
from signalbox.adapters.scripts import ENVIRON, command_of
from signalbox.domain.queries import Loaded, Query, QueryAnswer, QueryLimits

ROW_BYTES = 224 * 1024
"""The largest event, 102,400 bytes that JSON escapes may double, and its columns; under a queue message's 256 KB."""
ANSWER_BYTES = 64 * 1024 * 1024
RUN_BYTES = 256 * 1024 * 1024
"""What the answers of all queries of a run may take in memory; the function has 2 GB for them, events and child."""
ZYGOTE_SCRIPT = Path(__file__).with_name("zygote.py")


class DuckDBEngine:
    """Answers queries over events, each within its limits (spec: triggers-and-flows, section 1, "Safety").

    Raises Misconfigured when DuckDB is not installed here.
    """

    def __init__(
        self,
        limits: QueryLimits | None = None,
        row_bytes: int = ROW_BYTES,
        answer_bytes: int = ANSWER_BYTES,
        run_bytes: int = RUN_BYTES,
    ) -> None:
        self._bounds = Bounds(limits or QueryLimits(), row_bytes, answer_bytes)
        self._run_bytes = run_bytes
        self._zygote = Zygote(command_of(ZYGOTE_SCRIPT), ENVIRON)
        self._under_way = threading.Lock()

    def run(
        self,
        loaded: Loaded,
        traits_of: Callable[[Iterable[str]], Mapping[str, str]],
        queries: Sequence[Query],
    ) -> Iterator[QueryAnswer]:
        """Answer every query, as the port says; raises RuntimeError while another run is under way."""
        room = Room(self._run_bytes, self._bounds.answer_bytes, len(queries))
        with self._alone(), open_files(len(loaded.events)) as files:
            run = Run(self._zygote, loaded, files, self._bounds, room, queries=queries, traits_of=traits_of)
            run.write_job()
            answered = 0
            while answered < len(queries):
                for answer in run.answers_of_one_child(first=answered):
                    answered += 1
                    yield answer

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """A zygote has one child at a time; waiting for the other run could be waiting for oneself."""
        if not self._under_way.acquire(blocking=False):
            raise RuntimeError("the engine answers one run at a time")
        try:
            yield
        finally:
            self._under_way.release()
