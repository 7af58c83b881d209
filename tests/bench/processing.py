"""CPU time for each event that is taken, of a process that has been running for a while."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import IO, Self

from tests.bench.figures import Figure
from tests.bench.staging import Stage

WARMING = 300
ROUNDS = 41
BLOCK = 40

MOST_OF_BASELINE = 1 / 4
MOST_OF_FLOOR = 3


def cpu_us_per_event(stage: Stage, events: Path, functions: Sequence[str]) -> Mapping[str, float]:
    """Let the functions take turns, a block of events each; give the medians of the blocks."""
    blocks: dict[str, list[float]] = {function: [] for function in functions}
    with ExitStack() as processes:
        running = {function: processes.enter_context(_Process(stage, events, function)) for function in functions}
        for process in running.values():
            process.seconds(WARMING)
        for _ in range(ROUNDS):
            for function, process in running.items():
                blocks[function].append(process.seconds(BLOCK) / BLOCK)
    return {function: median(measured) * 1e6 for function, measured in blocks.items()}


def compared(us: Mapping[str, float]) -> list[Figure]:
    """Compare ours with the baseline and the floor."""
    what = "CPU time per accepted event"
    return [
        Figure.at_most(MOST_OF_BASELINE, f"{what}, of the baseline's", us["ours"] / us["baseline"], "ratio"),
        Figure.at_most(MOST_OF_FLOOR, f"{what}, of the floor's", us["ours"] / us["floor"], "ratio"),
        *(Figure(f"{what}, {function}", round(us[function]), "µs") for function in us),
    ]


class _Process:
    """A function that is running."""

    def __init__(self, stage: Stage, events: Path, function: str) -> None:
        command = stage.command("serve", events, function)
        self._process = subprocess.Popen(
            command, env=stage.variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        _stream(self._process.stdin).close()
        self._process.wait(timeout=10)
        _stream(self._process.stdout).close()

    def seconds(self, events: int) -> float:
        """Let it take so many events; give the CPU time of that."""
        print(events, file=_stream(self._process.stdin), flush=True)
        return float(json.loads(_stream(self._process.stdout).readline()))


def _stream(stream: IO[str] | None) -> IO[str]:
    assert stream
    return stream
