"""How fast queries are: ours and what else one could take, and what a run costs when there is nothing to do.

Ours is measured from stored items to matches with all that a run does: it takes them apart, hands them to a
child process that cannot harm it, and finds repeats. The others load the same items into their own tables.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import IO

from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.domain.queries import Loaded, Query, Window
from tests.bench import speed_items
from tests.bench.figures import Figure
from tests.triggers.history_files import write_busy_day

EVENTS = 100_000
ROUNDS = 7
RUNS = 200
EVENTS_AN_HOUR = 36_000
MOST_OF_FASTEST = 1.5
SCRIPT = Path(__file__).with_name("speed_contenders.py")
_LOOKS_BACK = """
    SELECT identity, event_id FROM event_triggers c WHERE event_type = 'complete_transaction' AND NOT EXISTS (
        SELECT 1 FROM event_triggers p WHERE p.event_type = 'cart' AND p.identity = c.identity AND p.ts < c.ts)
    LIMIT 10
"""
OTHERS = ("SQLite", "pandas", "Polars")
CONTENDERS = ("ours", *OTHERS)


def measure(python: Path, folders: Sequence[Path]) -> list[Figure]:
    """Measure with the Python that has all contenders, our code in the folders."""
    rounds = _contest(python, folders)
    rates = [
        Figure(
            f"Events a second, from stored items to the matches of four queries, {name}",
            round(EVENTS / median(seconds[name] for seconds in rounds)),
            "1/s",
        )
        for name in CONTENDERS
    ]
    of_fastest = median(seconds["ours"] / min(seconds[name] for name in OTHERS) for seconds in rounds)
    ratio = Figure.at_most(
        MOST_OF_FASTEST, "Time from stored items to matches, of the fastest other's", of_fastest, "ratio"
    )
    return [ratio, *rates, _look_back(), *_fixed_costs()]


def _contest(python: Path, folders: Sequence[Path]) -> list[dict[str, float]]:
    """Let them take turns and give the seconds of each round; the first one warms up, and all must find the same."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as processes:
        items = Path(folder) / "items.json"
        items.write_text(json.dumps(speed_items.stored(EVENTS)))
        running = {
            name: processes.enter_context(
                subprocess.Popen(
                    [python, SCRIPT, name, items, *folders], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
                )
            )
            for name in CONTENDERS
        }
        turns = [{name: _turn(process) for name, process in running.items()} for _ in range(ROUNDS + 1)]
        for process in running.values():
            _stream(process.stdin).close()
    if any(turn[name][1] != turn["ours"][1] for turn in turns for name in turn):
        raise RuntimeError("the contenders do not find the same")
    return [{name: seconds for name, (seconds, _) in turn.items()} for turn in turns[1:]]


def _turn(process: subprocess.Popen[str]) -> tuple[float, list[list[str]]]:
    _stream(process.stdin).write("go\n")
    _stream(process.stdin).flush()
    said = json.loads(_stream(process.stdout).readline())
    return said["seconds"], said["matches"]


def _stream(stream: IO[str] | None) -> IO[str]:
    assert stream
    return stream


def _look_back() -> Figure:
    """Measure a query whose answer takes a whole day of history, as the files of its hours."""
    window = Window(speed_items.START, speed_items.START + timedelta(minutes=1))
    asked = Query("q", _LOOKS_BACK, window, speed_items.START - timedelta(days=1, milliseconds=1))
    engine = DuckDBEngine()
    _run_over_nothing(engine)
    with tempfile.TemporaryDirectory() as folder:
        day = write_busy_day(Path(folder) / "day", speed_items.START - timedelta(days=1), EVENTS_AN_HOUR)
        seconds = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            list(engine.run(Loaded((), day), lambda people: {}, [asked]))
            seconds.append(time.perf_counter() - began)
    name = f"A run that looks back on {24 * EVENTS_AN_HOUR:,} events in files of hours, an anti-join"
    return Figure(name, round(median(seconds) * 1000), "ms")


def _fixed_costs() -> list[Figure]:
    """Measure runs over nothing: the first, which starts the process that forks, and those after it."""
    engine = DuckDBEngine()
    began = time.perf_counter()
    _run_over_nothing(engine)
    first_s = time.perf_counter() - began
    began, cpu_s = time.perf_counter(), _cpu_seconds()
    for _ in range(RUNS):
        _run_over_nothing(engine)
    run_s = (time.perf_counter() - began) / RUNS
    del engine  # only with its end are its children's costs told
    run_cpu_s = (_cpu_seconds() - cpu_s) / RUNS
    return [
        Figure("A run over nothing, its child process included", round(run_s * 1000, 1), "ms"),
        Figure("A run over nothing, CPU time of all its processes", round(run_cpu_s * 1000, 1), "ms"),
        Figure("The first run of a function, which loads DuckDB", round(first_s * 1000), "ms"),
    ]


def _run_over_nothing(engine: DuckDBEngine) -> None:
    window = Window(speed_items.START, speed_items.START + timedelta(minutes=1))
    asked = Query("q", "SELECT identity, event_id FROM event_triggers", window, window.start)
    list(engine.run(Loaded(()), lambda people: {}, [asked]))


def _cpu_seconds() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


if __name__ == "__main__":  # alone, with what is installed: python -m tests.bench.speed_queries PYTHON FOLDER ...
    for figure in measure(Path(sys.argv[1]), [Path(folder) for folder in sys.argv[2:]]):
        sys.stdout.write(f"{figure.name}: {figure.value:g} {figure.unit}\n")
