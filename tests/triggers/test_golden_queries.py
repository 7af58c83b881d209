"""Each case is a query as its author writes it, the events it runs over, and the rows it must find or its refusal.

What is expected comes from the documentation of the case's dialect, never from what the engine happens to answer.
"""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from signalbox.adapters.queries.compiler import QueryCompiler
from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.domain.errors import Invalid
from signalbox.domain.queries import QueryAnswer, QueryLimits, QueryRows
from tests.triggers.conftest import make_event, query, run

FOLDER = Path(__file__).parent / "cases"
CASES = {str(path.relative_to(FOLDER).with_suffix("")): path for path in sorted(FOLDER.rglob("*.sql"))}
LIMITS = QueryLimits(cpu_seconds=2, memory_mb=128, rows=1_000)


@functools.cache
def case_of(name: str) -> dict[str, Any]:
    """Read a case; its `events` are a list, or the name of a file that several cases share."""
    case: dict[str, Any] = json.loads(CASES[name].with_suffix(".json").read_text())
    return case


def compiled(name: str) -> str:
    return QueryCompiler().compile(CASES[name].read_text(), case_of(name)["dialect"])


def is_taken(name: str) -> bool:
    """Tell whether a case compiles: one that does not fails its own test and no other."""
    try:
        compiled(name)
    except Invalid:
        return False
    return True


@functools.cache
def answers_over(events: str) -> Mapping[str, QueryAnswer]:
    """Answer all cases over one shared file of events in one run: starting an engine costs more than a case."""
    given = json.loads((FOLDER / "events" / f"{events}.json").read_text())
    queries = [query(compiled(name), name) for name in ANSWERED if case_of(name)["events"] == events and is_taken(name)]
    return run(DuckDBEngine(LIMITS), [make_event(**each) for each in given], queries)


ANSWERED = [name for name in CASES if "expected" in case_of(name)]
REFUSED = [name for name in CASES if "refused" in case_of(name)]


@pytest.mark.parametrize("name", ANSWERED)
def test_query_finds_the_rows_of_its_golden_case(name: str) -> None:
    case, sql = case_of(name), compiled(name)

    if isinstance(case["events"], str):
        answer = answers_over(case["events"])[name]
    else:
        events = [make_event(**given) for given in case["events"]]
        answer = run(DuckDBEngine(LIMITS), events, [query(sql, name)], case.get("contacts"))[name]

    assert isinstance(answer, QueryRows), (answer, sql)
    assert answer.rows == case["expected"], sql


@pytest.mark.parametrize("name", REFUSED)
def test_query_that_cannot_keep_its_meaning_is_refused_by_name(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        compiled(name)

    (reason,) = refused.value.reasons
    assert case_of(name)["refused"] in reason.reason


def test_set_of_cases_is_whole() -> None:
    dialects = [case_of(name)["dialect"] for name in CASES]

    assert len(ANSWERED) + len(REFUSED) == len(CASES) >= 150
    assert min(dialects.count(dialect) for dialect in set(dialects)) >= 20
