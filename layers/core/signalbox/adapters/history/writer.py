"""Writes the events of an hour as Parquet, in a child process: DuckDB's import and memory are not the function's.

parent                                        child (one for all the files of a call)
events ──> rows.json.gz, bounded
{"rows": …, "to": …}                    ────> sort, compress, write
{"written": …}                          <────
"""

import gzip
import json
import select
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from signalbox.adapters.queries.event_rows import TYPE_BY_COLUMN, Row, named, write_array
from signalbox.adapters.scripts import ENVIRON, command_of
from signalbox.domain.errors import TooLarge, Transient
from signalbox.domain.queries import EventRow

MAX_HOUR_EVENTS = 1_000_000
"""As many take some 40 s of the function's 120: to read one takes 8 µs and the wait for its page, to write it 10."""
MAX_HOUR_BYTES = 1_000_000_000
"""Of JSON, before compression."""
DRAFT_BYTES = 600_000_000
"""What writing an hour of so much needs of a disk, as measured: rows 80 MB, set aside by the sort 400, file 50."""
LARGEST_ROW = 1_048_576
"""An event has up to 102,400 bytes, which JSON escapes may double, and its columns."""
MEMORY_MB = 512
CPU_SECONDS = 60
WALL_SECONDS = 120.0
GROUP_ROWS = 51_200
GROUP_BYTES = 64 * 1024 * 1024
"""A group of rows is held in memory until it is written, so large events make smaller groups."""
VECTOR_ROWS = 2_048  # DuckDB's groups are whole numbers of these

CHILD_SCRIPT = Path(__file__).with_name("child.py")


class ParquetWriter:
    """Writes files into a folder of drafts; use it in a `with` block, at whose end its child process ends."""

    def __init__(self, drafts: Path, max_hour_events: int = MAX_HOUR_EVENTS) -> None:
        self._drafts = drafts
        self._max_hour_events = max_hour_events
        job = {
            "columns": TYPE_BY_COLUMN,
            "spill": str(drafts / "spill"),
            "memory_mb": MEMORY_MB,
            "cpu_seconds": CPU_SECONDS,
            "file_bytes": MAX_HOUR_BYTES,
            "largest_row": LARGEST_ROW,
        }
        self._child = subprocess.Popen(  # noqa: S603 - a fixed command of ours, never a caller's words
            command_of(CHILD_SCRIPT),
            env=ENVIRON,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        self._order(job)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._child.kill()
        self._child.__exit__(kind, error, at)

    def write(self, events: Iterable[EventRow], name: str) -> Path:
        """Write one hour's events as a draft of that name, sorted by their receipt and their names.

        Raises TooLarge when they are more than an hour may have, and Transient when the child fails.
        """
        rows, draft = self._drafts / "rows.json.gz", self._drafts / name
        with gzip.open(rows, "wb", compresslevel=1) as spool:
            counted = _Counted(events, spool, self._max_hour_events)
            write_array(cast("IO[bytes]", spool), counted)  # it is one in all but its type
            size = spool.tell()
        per_group = min(GROUP_ROWS, GROUP_BYTES * counted.count // size)
        group_rows = max(per_group // VECTOR_ROWS, 1) * VECTOR_ROWS
        self._order({"rows": str(rows), "to": str(draft), "group_rows": group_rows})
        if not self._is_told():
            raise Transient("the history of an hour could not be written")
        return draft

    def _order(self, order: Mapping[str, object]) -> None:
        try:
            _pipe(self._child.stdin).write(json.dumps(order).encode() + b"\n")
        except BrokenPipeError:
            raise Transient("the writer of history has ended") from None

    def _is_told(self) -> bool:
        """Wait for the child's word that the file is written; it says nothing else, and nothing when it has ended."""
        output = _pipe(self._child.stdout)
        return bool(select.select([output], [], [], WALL_SECONDS)[0] and output.readline())


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # noqa: S101 - for mypy: both are pipes
    return stream


class _Counted:
    """The rows of events, as long as they are not too many."""

    def __init__(self, events: Iterable[EventRow], spool: gzip.GzipFile, most: int) -> None:
        self.count = 0
        self._events = events
        self._spool = spool
        self._most = most

    def __iter__(self) -> Iterator[Row]:
        for event in self._events:
            self.count += 1
            if self.count > self._most or self._spool.tell() > MAX_HOUR_BYTES:
                raise TooLarge(
                    f"one hour of the look-back holds over {self._most:,} events or 1 GB of them; shorten it"
                )
            yield named(event)
