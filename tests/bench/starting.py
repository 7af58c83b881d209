"""What a cold start costs: import and first call in a fresh interpreter, over what Lambda's runtime client costs."""

import os
import re
import subprocess
from pathlib import Path
from statistics import median

from tests.bench.figures import Figure
from tests.bench.staging import STAGE, Stage

ROUNDS = 11
MOST_OF_BASELINE = 1 / 4

_FUNCTIONS = ("ours", "baseline")
_COUNTED = re.compile(r"Collected : (\d+)")


def measure(stage: Stage, events: Path) -> list[Figure]:
    """Compare ours with the baseline, by time and by instructions."""
    seconds: dict[str | None, list[float]] = {function: [] for function in (None, *_FUNCTIONS)}
    for _ in range(ROUNDS):
        for function, measured in seconds.items():
            measured.append(_cpu_seconds(stage, events, function))
    ms = {function: 1000 * (median(seconds[function]) - median(seconds[None])) for function in _FUNCTIONS}
    bare = _instructions(stage, events, None)
    counted = {function: _instructions(stage, events, function) - bare for function in _FUNCTIONS}
    what = "Import and first call"
    return [
        Figure.at_most(MOST_OF_BASELINE, f"{what}, CPU time, of the baseline's", ms["ours"] / ms["baseline"], "ratio"),
        Figure.at_most(
            MOST_OF_BASELINE,
            f"{what}, instructions, of the baseline's",
            counted["ours"] / counted["baseline"],
            "ratio",
        ),
        *(Figure(f"{what}, CPU time, {function}", round(ms[function]), "ms") for function in _FUNCTIONS),
        *(
            Figure(f"{what}, instructions, {function}", round(counted[function] / 1e6), "million")
            for function in _FUNCTIONS
        ),
    ]


def _cpu_seconds(stage: Stage, events: Path, function: str | None) -> float:
    process = subprocess.Popen(stage.command("first", events, function), env=stage.variables)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{function} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def _instructions(stage: Stage, events: Path, function: str | None) -> int:
    """Count those of the process itself, without the kernel's."""
    valgrind = ["valgrind", "--tool=callgrind", "--trace-children=no", f"--callgrind-out-file={STAGE / 'callgrind'}"]
    counted = subprocess.run(
        [*valgrind, *stage.command("first", events, function)],
        env=dict(stage.variables) | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    [instructions] = _COUNTED.findall(counted.stderr)
    return int(instructions)
