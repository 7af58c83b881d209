"""A child process that is read line by line against a deadline, and that never outlives its parent's interest in it."""

import os
import select
import subprocess
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import IO, Self

CHUNK = 1 << 18
LONGEST_LINE = 1 << 19
"""More than any child of ours writes in one line; what goes on beyond it is not ours any more and is killed."""
END_SECONDS = 5
"""How long a child that has closed its output may take to end; it has nothing left to do."""


class TooSlow(Exception):
    """The deadline passed before the child had written what was asked for."""


class Ended(Exception):
    """The child will write no more; `code` is its exit code, of a signal the signal's number below zero."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class ChildProcess:
    """Runs one command in the environment given and no other; leaving the `with` block kills what still runs."""

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str], stdin: IO[bytes], inherited: Sequence[int]
    ) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - a fixed command of ours, never a caller's words
            command,
            env=environ,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=inherited,
            bufsize=0,
        )
        assert self._process.stdout is not None  # noqa: S101 - for mypy: it is a pipe
        self._output = self._process.stdout
        self._lines: deque[bytes] = deque()
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._output.close()
        self._process.kill()
        self._process.wait()

    def lines(self, seconds: float) -> Iterator[bytes]:
        """Give the child's lines for that long.

        Raises TooSlow after it, Ended when there are no more, and ValueError when one is longer than ours can be.
        """
        deadline = time.monotonic() + seconds
        while True:
            while self._lines:
                yield self._lines.popleft()
            self._read(deadline)

    def _read(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        # A child that never stops talking has something ready at every moment, past its deadline too.
        if left <= 0 or not select.select([self._output], [], [], left)[0]:
            raise TooSlow
        chunk = os.read(self._output.fileno(), CHUNK)
        if not chunk:
            raise Ended(self._end())
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            raise ValueError("a line without end")
        self._lines.extend(lines)

    def _end(self) -> int:
        try:
            return self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
