"""The files on this machine: whole or not there, never changed, and bounded in bytes.

    drafts-…/   one call's own: what it downloads and writes, moved to its place when it is whole, removed at its end
    <name>      modified: when it came; accessed: when it was last given out

What a process left behind that died is removed by the next call of another.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from signalbox.ports import Clock

FILE_AGE = timedelta(hours=1)
"""How long a file is given out without asking the bucket again, where the erasure of a person may have changed it."""
DRAFT_AGE = timedelta(minutes=15)
"""Older than any call that may still be at its drafts: the function's timeout is 2 minutes."""
_DRAFTS = "drafts-"


class Folder:
    """A folder of files that can be had again from elsewhere; other processes may use it too."""

    def __init__(self, path: Path, clock: Clock, max_bytes: int) -> None:
        self._path = path
        self._clock = clock
        self._max_bytes = max_bytes

    @contextmanager
    def drafts(self) -> Iterator[Path]:
        """Give an empty folder to work in, for this once; what others left behind is removed."""
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in self._path.glob(f"{_DRAFTS}*"):
            with suppress(FileNotFoundError):  # another process may be at this too
                if _came_at(left) < self._clock.now() - DRAFT_AGE:
                    shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=_DRAFTS, dir=self._path) as drafts:
            yield Path(drafts)

    def fresh(self, name: str) -> Path | None:
        """Give the file of that name unless it is older than `FILE_AGE`, None when there is none."""
        path = self._path / name
        try:
            came_at = _came_at(path)
            if came_at < self._clock.now() - FILE_AGE:
                return None
            os.utime(path, (self._clock.now().timestamp(), came_at.timestamp()))
        except FileNotFoundError:
            return None
        return path

    def admit(self, draft: Path, name: str) -> Path:
        """Take a draft that is whole under its name, in one step."""
        path = self._path / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        now = self._clock.now().timestamp()
        os.utime(draft, (now, now))
        draft.chmod(0o400)  # it never changes, and a query's process may only read it
        return draft.replace(path)

    def trim(self, given: Iterable[Path]) -> None:
        """Remove what was given out longest ago until the rest fits, but nothing of what is given out now."""
        kept = set(given)
        files = sorted(self._files())
        excess = sum(size for _, size, _ in files) - self._max_bytes
        for _, size, path in files:
            if excess <= 0:
                break
            if path not in kept:
                excess -= size
                path.unlink(missing_ok=True)

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """Give when each file was last given out, its size and its path."""
        for path in self._path.glob("*/*"):
            with suppress(FileNotFoundError):  # another process may be at this too
                if not path.parent.name.startswith(_DRAFTS):
                    found = path.stat()
                    yield found.st_atime, found.st_size, path


def _came_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
