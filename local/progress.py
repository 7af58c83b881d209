"""Steps with their elapsed time on the terminal, commands with their output in a log, and one way to stop."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from local.places import LOGS, ROOT

_LINES_SHOWN = 25


class Stop(Exception):
    """End the command; the message says what is wrong and what to do about it."""


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show `title`, the seconds as they pass where the terminal can, and how it ended."""
    started = time.monotonic()
    over = threading.Event()
    ticking = threading.Thread(target=_tick, args=(title, started, over), daemon=True)
    ticking.start()
    ended = "failed"
    try:
        yield
        ended = "done"
    finally:
        over.set()
        ticking.join()
        print(f"\r  {title:<58} {ended:>6} {time.monotonic() - started:6.1f} s", flush=True)


def run(command: Sequence[str | Path], log: str, environ: Mapping[str, str] | None = None) -> None:
    """Run `command` in the repository with its output in .local/logs/`log`.log; a failure shows the log's end."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{log}.log"
    with path.open("w") as output:
        ended = subprocess.run(
            [str(word) for word in command],
            cwd=ROOT,
            env=dict(os.environ if environ is None else environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode != 0:
        raise Stop(f"{Path(command[0]).name} failed; the end of {path.relative_to(ROOT)}:\n{tail(path)}")


def await_true(condition: Callable[[], bool], seconds: float) -> bool:
    """Return whether `condition` came true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not (came_true := condition()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return came_true


def tail(path: Path) -> str:
    """Return the last lines of a log, indented."""
    lines = path.read_text(errors="replace").splitlines()[-_LINES_SHOWN:]
    return "\n".join(f"    {line}" for line in lines)


def _tick(title: str, started: float, over: threading.Event) -> None:
    if not sys.stdout.isatty():
        return
    while not over.wait(0.2):
        print(f"\r  {title:<58} {'':>6} {time.monotonic() - started:6.1f} s", end="", flush=True)
