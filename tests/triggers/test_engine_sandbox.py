"""What a query may not reach, even when no compiler has looked at it, and what its failure may not say."""

import os
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.adapters.queries.lock import OPEN_FILES
from signalbox.domain.queries import Loaded, QueryFailure, QueryFault, QueryLimits
from tests.fakes.rows import row_of
from tests.triggers.conftest import Ask, make_event, query
from tests.triggers.history_files import write_history
from tests.triggers.hostile.corpus import hostile_queries
from tests.triggers.test_engine_limits import ENDLESS

FORBIDDEN = tuple(
    each.sql
    for group in ("files", "network", "settings", "hidden_sql")
    for each in hostile_queries(group)
    if each.save.startswith("refused")
)
"""What must be refused at save in every dialect's clothes."""
type Fail = Callable[..., QueryFailure]


@pytest.mark.parametrize("has_history", [False, True])
def test_child_at_work_has_nothing_of_its_parent_and_may_ask_the_kernel_for_nothing(
    *, has_history: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    history = write_history(tmp_path, [make_event("old", at_ms=-3_600_000)]) if has_history else []
    engine = DuckDBEngine(QueryLimits(cpu_seconds=1))
    asked = [query(ENDLESS)]
    working = threading.Thread(
        target=lambda: list(engine.run(Loaded([row_of(make_event())], history), lambda people: {}, asked)), daemon=True
    )
    working.start()

    child = _locked_child_of(working)

    environ = {line.split("=")[0] for line in (child / "environ").read_text().split("\0") if line}
    descriptors = {int(each.name) for each in (child / "fd").iterdir()}
    threads = [each.name for each in (child / "task").iterdir()]
    limits = (child / "limits").read_text()
    working.join()
    assert environ <= {"LD_LIBRARY_PATH"}
    assert {1, 2} <= descriptors
    assert has_history or descriptors == {1, 2}
    assert len(threads) == 1
    for limit in ("file size", "core file size", "processes"):
        assert re.search(rf"Max {limit} +0 +0 ", limits), limit
    files = OPEN_FILES if has_history else 0
    assert re.search(rf"Max open files +{files} +{files} ", limits)


def _locked_child_of(working: threading.Thread) -> Path:
    """Find what the kernel says of the engine's child once it has given up its power to open anything."""
    while working.is_alive():
        for zygote in _children_of(os.getpid(), working.native_id):
            for child in _children_of(zygote, zygote):
                if "Max core file size        0                    0 " in Path(f"/proc/{child}/limits").read_text():
                    return Path(f"/proc/{child}")
    raise AssertionError("no locked child was seen")


def _children_of(pid: int, thread: int | None) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{thread}/children").read_text().split()]


def test_failure_names_what_the_author_wrote_wrong(fail: Fail) -> None:
    failure = fail("SELECT identity, event_id, no_such_column FROM event_triggers")

    assert "no_such_column" in failure.detail


@pytest.mark.parametrize(
    ("sql", "missing"),
    [
        ("SELECT identity FROM event_triggers", "event_id"),
        ("SELECT event_id FROM event_triggers", "identity"),
        ("SELECT * EXCLUDE (identity) FROM event_triggers", "identity"),
    ],
)
def test_query_without_a_required_column_is_refused_by_name(sql: str, missing: str, fail: Fail) -> None:
    failure = fail(sql)

    assert failure.fault is QueryFault.COLUMNS_MISSING
    assert missing in failure.detail


def test_required_columns_are_found_whatever_their_case(ask: Ask) -> None:
    rows = ask('SELECT identity AS "IDENTITY", event_id AS "Event_Id" FROM event_triggers', make_event())

    assert rows == [{"identity": "ana@example.org", "event_id": "e1"}]


def test_text_of_any_kind_survives(ask: Ask) -> None:
    odd = "a\tb\n\"c\" 'd' \\ é 🙂 \u2028 \x00 \x7f"

    rows = ask("SELECT identity, event_id, client_id FROM event_triggers", make_event(client_id=odd))

    assert rows[0]["client_id"] == odd
