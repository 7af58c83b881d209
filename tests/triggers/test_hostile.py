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
from tests.triggers.conftest import make_event, query
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
from signalbox.adapters.queries import child
names = json.loads(sys.stdin.read())
with tempfile.TemporaryFile() as nothing:
    nothing.write(b"[]"), nothing.flush()
    connection = child.load(nothing.fileno(), nothing.fileno())
child.lock_down(connection, {"memory_mb": 64})
job = [{"a": 1}]
for name, sql in names:
    child.begin(connection)
    try:
        connection.execute(sql).fetchmany(3)
        print(name, "runs")
    except Exception:
        print(name, "stopped")
    connection.execute("ROLLBACK")
"""


def test_locked_child_reaches_nothing_outside_even_where_nobody_looks_at_the_tree(tmp_path: Path) -> None:
    outside = [each for group, each in ALL if group in {"files", "network"} or each.bare is not None]
    core = str(Path(duckdb_engine.__file__).parents[3])

    said = subprocess.run(
        [sys.executable, "-c", LOCKED_CHILD, core, core],
        input=json.dumps([(each.name, each.sql) for each in outside]),
        env={"PYTHONPATH": core},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.split()

    found = dict(batched(said, 2, strict=True))
    assert found == {each.name: (each.bare or "stopped").split(":")[0] for each in outside}
    assert list(tmp_path.iterdir()) == []


def test_bombs_are_stopped_at_the_limits_that_the_product_has() -> None:
    bombs = [each for _, each in ALL if each.name in {"one_long_text", "a_sum_of_a_long_list", "rows_without_events"}]

    answers = DuckDBEngine().run(EVENTS, {}, [query(each.sql, each.name) for each in bombs] + [query(GOOD, "good")])

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

    answers = dict(DuckDBEngine(LIMITS).run(EVENTS, {"ana@example.org": "{}"}, queries))

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
