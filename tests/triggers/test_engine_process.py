"""The engine's processes end when they should, come again when they are lost, and leave nothing behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.domain.queries import Loaded, QueryFailure, QueryFault, QueryLimits, QueryRows
from tests.fakes.rows import row_of
from tests.triggers.conftest import make_event, query, run
from tests.triggers.test_engine_limits import ENDLESS

GOOD = query("SELECT identity, event_id FROM event_triggers", "good")
SOON_S = 60.0
"""For what takes a moment on a machine that has nothing else to do."""
PATIENT = QueryLimits(cpu_seconds=600)
"""What ends a child within these limits is not their end."""
NO_CORE = "Max core file size        0                    0 "
"""What the kernel says of a child that has loaded, and given up its powers."""


def children_of(pid: int) -> list[int]:
    """Name the children of all threads of a process; of one that is gone there are none."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except FileNotFoundError:
        return []


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] == "Z"
    except FileNotFoundError:
        return True


def soon(is_so: Callable[[], object]) -> bool:
    """Wait for it a little."""
    until = time.monotonic() + SOON_S
    while not is_so():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


@pytest.fixture
def zygotes() -> Callable[[], list[int]]:
    """Name the processes that were started since the test began."""
    before = set(children_of(os.getpid()))
    return lambda: [pid for pid in children_of(os.getpid()) if pid not in before]


def test_runs_leave_no_process_and_no_descriptor_behind(engine: DuckDBEngine, zygotes: Callable[[], list[int]]) -> None:
    bomb = query("SELECT list_sum(range(200000000)) AS identity, 1 AS event_id", "bomb")
    run(engine, [make_event()], [GOOD])
    [zygote] = zygotes()
    before = [len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in (os.getpid(), zygote)]

    for number in range(20):
        run(engine, [make_event()], [GOOD] if number % 5 else [bomb, GOOD])

    assert zygotes() == [zygote]
    assert children_of(zygote) == []
    assert [len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in (os.getpid(), zygote)] == before


def test_each_run_has_a_process_of_its_own(engine: DuckDBEngine) -> None:
    first = run(engine, [make_event("theirs")], [GOOD])["good"]

    second = run(engine, [make_event("ours")], [GOOD])["good"]

    assert isinstance(first, QueryRows)
    assert isinstance(second, QueryRows)
    assert [row["event_id"] for row in (*first.rows, *second.rows)] == ["theirs", "ours"]


def test_engine_that_nobody_needs_ends_its_process(zygotes: Callable[[], list[int]]) -> None:
    engine = DuckDBEngine()
    run(engine, [make_event()], [GOOD])
    [zygote] = zygotes()

    del engine

    assert zygotes() == []
    assert is_gone(zygote)


def test_process_that_was_lost_between_runs_is_replaced(engine: DuckDBEngine, zygotes: Callable[[], list[int]]) -> None:
    run(engine, [make_event()], [GOOD])
    [lost] = zygotes()
    os.kill(lost, signal.SIGKILL)
    assert soon(lambda: is_gone(lost))

    answer = run(engine, [make_event()], [GOOD])["good"]

    assert isinstance(answer, QueryRows)
    [new] = zygotes()
    assert new != lost


def test_process_that_is_lost_in_a_run_takes_its_child_along_and_no_other_query(
    zygotes: Callable[[], list[int]],
) -> None:
    engine = DuckDBEngine(PATIENT)
    answers: dict[str, object] = {}
    asked = [query(ENDLESS, "endless"), GOOD]
    working = threading.Thread(target=lambda: answers.update(run(engine, [make_event()], asked)), daemon=True)
    working.start()
    assert soon(lambda: zygotes() and children_of(zygotes()[0]))
    [zygote] = zygotes()
    [child] = children_of(zygote)
    assert soon(lambda: NO_CORE in Path(f"/proc/{child}/limits").read_text())

    os.kill(zygote, signal.SIGKILL)

    assert soon(lambda: is_gone(child))
    working.join()
    failure = answers["endless"]
    assert isinstance(failure, QueryFailure)
    assert failure.fault is QueryFault.ENGINE_LOST
    assert isinstance(answers["good"], QueryRows)


def test_nothing_outlives_a_parent_that_was_killed(tmp_path: Path) -> None:
    script = """
import sys, threading, time
from tests.triggers.conftest import *
from tests.triggers.test_engine_limits import ENDLESS
engine = DuckDBEngine(QueryLimits(cpu_seconds=600))
threading.Thread(target=lambda: run(engine, [make_event()], [query(ENDLESS)]), daemon=True).start()
time.sleep(120)
"""
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=tmp_path, env={"PYTHONPATH": f"{root}:{root / 'layers' / 'core'}"}
    ) as parent:
        assert soon(lambda: any(children_of(zygote) for zygote in children_of(parent.pid)))
        [zygote] = children_of(parent.pid)
        [child] = children_of(zygote)

        parent.kill()

        assert soon(lambda: is_gone(zygote) and is_gone(child))


def test_answer_is_given_before_the_next_is_found(zygotes: Callable[[], list[int]]) -> None:
    engine = DuckDBEngine(QueryLimits(cpu_seconds=30))
    asked = [GOOD, query(ENDLESS), query(ENDLESS, "again")]
    answers = engine.run(Loaded([row_of(make_event())]), lambda people: {}, asked)
    began = time.monotonic()

    first = next(answers)
    assert isinstance(answers, Generator)
    answers.close()

    assert isinstance(first, QueryRows)
    assert time.monotonic() - began < 25
    [zygote] = zygotes()
    assert soon(lambda: children_of(zygote) == [])
    assert isinstance(run(engine, [make_event()], [GOOD])["good"], QueryRows)


def test_two_runs_at_once_are_refused(engine: DuckDBEngine) -> None:
    answers = engine.run(Loaded([row_of(make_event())]), lambda people: {}, [GOOD, GOOD])
    next(answers)

    with pytest.raises(RuntimeError):
        run(engine, [make_event()], [GOOD])

    assert isinstance(next(answers), QueryRows)
