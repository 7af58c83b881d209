"""Child processes that are read line by line against a deadline, and the zygote that forks them.

    engine ── control ── zygote ── fork ── child, for one run ── output ── engine

The zygote ends with its control socket, and with it the child that it has then, so nothing outlives the engine.
"""

import os
import select
import socket
import subprocess
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Self

CHUNK = 1 << 18
LONGEST_LINE = 1 << 19
"""More than any child of ours writes in one line; what goes on beyond it is not ours any more and is killed."""
END_SECONDS = 5.0
"""How long a child that has closed its output, or was killed, may take to end; it has nothing left to do."""
END_BYTES = 16
LOST = 255
"""The exit code of a child whose end nobody could tell."""


class TooSlow(Exception):
    """The deadline passed before the child had written what was asked for."""


class Ended(Exception):
    """The child will write no more; `code` is its exit code, of a signal the signal's number below zero."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class ChildProcess:
    """One fork of a zygote; leaving the `with` block kills it where it still runs."""

    def __init__(self, control: socket.socket, output: int) -> None:
        self._control = control
        self._output = output
        self._code: int | None = None
        self._lines: deque[bytes] = deque()
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.close(self._output)
        if self._code is None:
            self._end(patience=0)

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
        chunk = os.read(self._output, CHUNK)
        if not chunk:
            raise Ended(self._end(END_SECONDS) if self._code is None else self._code)
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            raise ValueError("a line without end")
        self._lines.extend(lines)

    def _end(self, patience: float) -> int:
        """Wait for the child's exit code, and have it killed when the patience is over."""
        try:
            if not select.select([self._control], [], [], patience)[0]:
                self._control.send(b"end")
            self._control.settimeout(END_SECONDS)
            self._code = int(self._control.recv(END_BYTES))
        except (OSError, ValueError):  # the zygote is gone, or does not move; the next order starts another
            self._control.close()
            self._code = LOST
        return self._code


class Zygote:
    """The process that forks children, one at a time; started when it is first needed, and again where it was lost."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self._command = command
        self._environ = environ
        self._control: socket.socket | None = None
        self._stop: Callable[[], object] = lambda: None

    def fork(self, order: bytes, descriptors: Sequence[int]) -> ChildProcess:
        """Fork a child, give it an order and copies of the descriptors, as the last of them that of its output.

        The child before it must have ended, or its `with` block been left.
        """
        output, its_output = os.pipe()
        try:
            control = self._send(order, [*descriptors, its_output])
        except OSError:
            os.close(output)
            raise
        finally:
            os.close(its_output)
        return ChildProcess(control, output)

    def _send(self, order: bytes, descriptors: Sequence[int]) -> socket.socket:
        if self._control is not None:
            try:
                socket.send_fds(self._control, [order], descriptors)
            except OSError:  # it is gone, or did not do what it was told
                self._stop()
            else:
                return self._control
        self._control = self._start()
        socket.send_fds(self._control, [order], descriptors)
        return self._control

    def _start(self) -> socket.socket:
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:
            process = subprocess.Popen(  # noqa: S603 - a fixed command of ours, never a caller's words
                [*self._command, str(its.fileno())],
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[its.fileno()],
            )
        self._stop = weakref.finalize(self, _stop, process, ours)
        return ours


def _stop(process: subprocess.Popen[bytes], control: socket.socket) -> None:
    """End a zygote; the kernel ends the child that it may have left."""
    control.close()
    process.kill()
    process.wait()
