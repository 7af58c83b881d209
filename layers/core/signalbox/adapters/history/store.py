"""The History: a Parquet file for each closed hour of a partner, kept in S3 and, for a while, on this machine.

    asked for ──> on this machine? ──> in the bucket? ──> from the Events, written and kept

Whoever needs an hour first writes it. Two who do so at once write the same, and the first one's is kept.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from signalbox.adapters.history.bucket import Bucket
from signalbox.adapters.history.folder import Folder
from signalbox.adapters.history.names import HOUR, HourName
from signalbox.adapters.history.writer import MAX_HOUR_EVENTS, ParquetWriter
from signalbox.domain.errors import TooLarge, Transient
from signalbox.domain.queries import Window
from signalbox.ports import Clock, Events

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DOWNLOADS = 8  # at once: an hour of a small partner is a few KB, so most of its time is waiting
_INSTANT = timedelta(milliseconds=1)


def s3_client() -> "S3Client":
    """Make the client; where it connects to is AWS_ENDPOINT_URL's to say, which boto3 reads itself."""
    config = Config(connect_timeout=1, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
    return boto3.client("s3", config=config)


@dataclass(frozen=True, slots=True)
class HistoryLimits:
    """What one call may use."""

    call_bytes: int = 400_000_000
    """Of the files given out together."""
    folder_bytes: int = 1024 * 1024 * 1024
    """Of the files that stay on this machine."""
    hour_events: int = MAX_HOUR_EVENTS
    writing: timedelta = timedelta(seconds=30)
    """How long hours are written before the rest is left to the next call; an hour once begun is ended."""


class S3History:
    """The `History` port over a bucket, a folder of this machine's, and the events to write files from."""

    def __init__(
        self,
        client_of: "Callable[[], S3Client]",
        bucket: str,
        events: Events,
        folder: Path,
        *,
        clock: Clock,
        limits: HistoryLimits | None = None,
    ) -> None:
        self._limits = limits or HistoryLimits()
        self._bucket = Bucket(client_of, bucket)
        self._events = events
        self._folder = Folder(folder / bucket, clock, self._limits.folder_bytes)
        self._clock = clock

    def of_hours(self, partner_id: str, shards: int, hours: Sequence[datetime]) -> Sequence[Path]:
        """Give a local file for each hour; it stays until the next call.

        Raises Transient when there were more hours to write than there was time: the next call goes on with the rest.
        """
        names = [HourName(partner_id, hour) for hour in hours]
        room = _Room(self._limits.call_bytes)
        given: dict[HourName, Path] = {}
        try:
            with self._folder.drafts() as drafts:
                given = self._kept(names, drafts, room)
                absent = [name for name in names if name not in given]
                if absent:
                    given |= self._made(absent, shards, drafts, room)
        finally:
            self._folder.trim(given.values())
        return [given[name] for name in names]

    def _kept(self, names: Sequence[HourName], drafts: Path, room: "_Room") -> dict[HourName, Path]:
        """Find what is on this machine or in the bucket."""
        with ThreadPoolExecutor(DOWNLOADS) as pool:
            found = pool.map(lambda name: self._found(name, drafts, room), names)
            return {name: path for name, path in zip(names, found, strict=True) if path is not None}

    def _found(self, name: HourName, drafts: Path, room: "_Room") -> Path | None:
        path = self._folder.fresh(name.file)
        if path is not None:
            room.take(path.stat().st_size)
            return path
        draft = drafts / f"{name.hour:%Y-%m-%dT%H}"
        return self._folder.admit(draft, name.file) if self._bucket.fetch(name.key, draft, room.take) else None

    def _made(self, names: Sequence[HourName], shards: int, drafts: Path, room: "_Room") -> dict[HourName, Path]:
        """Write each hour from its events and keep it."""
        made: dict[HourName, Path] = {}
        until = self._clock.now() + self._limits.writing
        with ParquetWriter(drafts, self._limits.hour_events) as writer:
            for name in names:
                if self._clock.now() > until:
                    raise Transient(f"{len(names) - len(made)} hours of history are still to be written")
                events = self._events.read(name.partner_id, shards, _window(name))
                draft = writer.write(events, f"{name.hour:%Y-%m-%dT%H}")
                self._bucket.keep(name.key, draft)
                room.take(draft.stat().st_size)
                made[name] = self._folder.admit(draft, name.file)
        return made


def _window(name: HourName) -> Window:
    """Say the hour `[start, end)` as the span `(start - 1 ms, end - 1 ms]`; instants are whole milliseconds."""
    return Window(name.hour - _INSTANT, name.hour + HOUR - _INSTANT)


class _Room:
    """The bytes that the files of one call may have, shared by threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._left = most
        self._lock = Lock()

    def take(self, size: int) -> None:
        """Count a file in; raises TooLarge."""
        with self._lock:
            self._left -= size
            if self._left < 0:
                raise TooLarge(f"the look-back holds more than {self._most // 1_000_000} MB of events; shorten it")
