"""Every hostile query is stopped within its limits or harmless, and the queries beside it are answered.

The corpus names the wall for each. With the compiler first, then without it, then without the tree's check too.
Limits are a fifth and a quarter of the product's, so that the suite is done in minutes.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import batched
from pathlib import Path

import pytest

from signalbox.adapters.queries import engine as duckdb_engine
from signalbox.adapters.queries.compiler import QueryCompiler
from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.domain.errors import Invalid
from signalbox.domain.queries import Query, QueryAnswer, QueryFailure, QueryLimits, QueryRows
from tests.triggers.conftest import make_event, query, run
from tests.triggers.history_files import write_history
from tests.triggers.hostile.corpus import GROUPS, Hostile, hostile_queries

ALL = [(group, each) for group in GROUPS for each in hostile_queries(group)]
LIMITED = frozenset({"memory", "time"})
"""Groups that the compiler lets through as they are and that take long: run once, as written."""
BETWEEN = 5
"""After so many hostile queries of a run comes a good one."""
GOOD = "SELECT identity, event_id FROM event_triggers"
SECRET = "very-private"
"""A word of an event that no reason may quote."""
EVENTS = [make_event(f"e{number}", email=f"{SECRET}@example.org", body={"n": number}) for number in range(2)]
LIMITS = QueryLimits(cpu_seconds=1, memory_mb=128, rows=1_000)


def test_corpus_is_as_large_as_it_should_be() -> None:
    names = [each.name for _, each in ALL]

    assert len(names) >= 440
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("each", [each for _, each in ALL], ids=lambda each: each.name)
def test_save_refuses_it_or_lets_it_through_knowingly(each: Hostile) -> None:
    said, _, words = each.save.partition(": ")

    reason = refusal_of(each.sql)

    assert ("passes" if reason is None else "refused") == said, reason
    assert words in (reason or "")


@pytest.mark.parametrize("group", GROUPS)
def test_child_stops_it_without_the_compiler(group: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    hostile = hostile_queries(group)

    answers = answers_among_good_ones([(each.name, each.sql) for each in hostile])

    assert surprises({each.name: each.run for each in hostile}, answers) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("group", sorted(set(GROUPS) - LIMITED))
def test_what_the_compiler_lets_through_is_stopped_or_harmless(
    group: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    passing = [each for each in hostile_queries(group) if each.save == "passes"]

    answers = answers_among_good_ones([(each.name, QueryCompiler().compile(each.sql)) for each in passing])

    assert surprises({each.name: each.compiled for each in passing}, answers) == []
    assert list(tmp_path.iterdir()) == []


LOCKED_CHILD = """
import json, sys, tempfile
from signalbox.adapters.queries import child, lock, tables
from signalbox.adapters.queries.event_rows import PLAIN
names, history = json.loads(sys.stdin.read())
connection = child.prepare().connection
with tempfile.TemporaryFile() as nothing:
    tables.load_events(connection, [(nothing.fileno(), PLAIN)], history)
    nothing.write(b"[]"), nothing.flush()
    tables.load_contacts(connection, nothing.fileno())
tables.show(connection, {"after_ms": 0, "until_ms": 1 << 45})
lock.lock_down(connection, 64, history)
job = [{"a": 1}]
for name, sql in names:
    child.begin(connection)
    try:
        connection.execute(sql).fetchmany(3)
        print(name, "runs")
    except Exception:  # whichever wall it met
        print(name, "stopped")
    connection.execute("ROLLBACK")
"""


@pytest.mark.parametrize("has_history", [False, True])
def test_locked_child_reaches_nothing_outside_even_where_nobody_looks_at_the_tree(
    *, has_history: bool, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = [each for group, each in ALL if group in {"files", "network"} or each.bare is not None]
    history = write_history(tmp_path_factory.mktemp("history"), EVENTS) if has_history else []

    found = bare_outcomes({each.name: each.sql for each in outside}, history, tmp_path)

    assert found == {each.name: (each.bare or "stopped").split(":")[0] for each in outside}
    assert list(tmp_path.iterdir()) == []


def test_locked_child_reads_the_files_of_its_run_and_none_beside_them(tmp_path: Path) -> None:
    ours, beside = (write_history(tmp_path / name, EVENTS)[0] for name in ("ours", "beside"))
    (tmp_path / "ours" / "another.parquet").write_bytes(beside.read_bytes())
    link = tmp_path / "link.parquet"
    link.symlink_to(beside)
    asked = {
        "its own": f"FROM read_parquet('{ours}')",
        "beside it": f"FROM read_parquet('{ours.parent}/another.parquet')",
        "all beside it": f"FROM read_parquet('{ours.parent}/*.parquet')",
        "by a way around": f"FROM read_parquet('{ours.parent}/../beside/{beside.name}')",
        "by a link": f"FROM read_parquet('{link}')",
        "of another": f"FROM read_parquet('{beside}')",
        "as text": f"FROM read_text('{beside}')",
        "of the kernel": "FROM read_text('/proc/self/environ')",
        "by a new view": f"CREATE VIEW other AS FROM read_parquet('{beside}')",
        "with one more allowed": f"SET allowed_paths = ['{beside}']",
        "with a folder allowed": f"SET allowed_directories = ['{tmp_path}']",
    }

    found = bare_outcomes({name.replace(" ", "_"): sql for name, sql in asked.items()}, [ours], tmp_path)

    assert found == {name.replace(" ", "_"): "stopped" for name in asked} | {"its_own": "runs"}


def bare_outcomes(sql_by_name: dict[str, str], history: Sequence[Path], folder: Path) -> dict[str, str]:
    """Tell of each query whether it runs or is stopped in a locked child that does not look at it."""
    core = str(Path(duckdb_engine.__file__).parents[3])
    said = subprocess.run(
        [sys.executable, "-c", LOCKED_CHILD],
        input=json.dumps([list(sql_by_name.items()), [str(file) for file in history]]),
        env={"PYTHONPATH": core},
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.split()
    return dict(batched(said, 2, strict=True))


def test_bombs_are_stopped_at_the_limits_that_the_product_has() -> None:
    bombs = [each for _, each in ALL if each.name in {"one_long_text", "a_sum_of_a_long_list", "rows_without_events"}]

    answers = run(DuckDBEngine(), EVENTS, [query(each.sql, each.name) for each in bombs] + [query(GOOD, "good")])

    assert all(isinstance(answers[each.name], QueryFailure) for each in bombs)
    assert isinstance(answers["good"], QueryRows)


def refusal_of(sql: str) -> str | None:
    try:
        QueryCompiler().compile(sql)
    except Invalid as refused:
        return refused.reasons[0].reason
    return None


def answers_among_good_ones(asked: Sequence[tuple[str, str]]) -> dict[str, QueryAnswer]:
    """Run them all in one run with good queries in between, which must be answered whole."""
    queries = list(with_good_ones(asked))

    answers = dict(run(DuckDBEngine(LIMITS), EVENTS, queries, {"ana@example.org": "{}"}))

    for each in queries:
        if each.key.startswith("good "):
            answer = answers.pop(each.key)
            assert isinstance(answer, QueryRows), answer
            assert [row["event_id"] for row in answer.rows] == ["e0", "e1"]
    return answers


def with_good_ones(asked: Sequence[tuple[str, str]]) -> Iterator[Query]:
    yield query(GOOD, "good 0")
    for number, batch in enumerate(batched(asked, BETWEEN, strict=False), 1):
        yield from (query(sql, name) for name, sql in batch)
        yield query(GOOD, f"good {number}")


def surprises(expected: dict[str, str], answers: dict[str, QueryAnswer]) -> list[str]:
    """Name each answer that is not the expected one, or whose reason quotes an event."""
    found = {name: outcome_of(answer) for name, answer in answers.items()}
    assert set(found) == set(expected)
    return [
        f"{name}: {found[name]}"
        for name, wanted in expected.items()
        if SECRET in found[name] or not fits(wanted, found[name])
    ]


def fits(wanted: str, found: str) -> bool:
    faults, _, words = wanted.partition(": ")
    fault, _, reason = found.partition(": ")
    return fault in faults.split(" or ") and (fault == "answered" or words in reason)


def outcome_of(answer: QueryAnswer) -> str:
    return f"{answer.fault}: {answer.detail}" if isinstance(answer, QueryFailure) else "answered"
