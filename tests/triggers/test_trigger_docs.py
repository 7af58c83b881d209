"""Every query in docs/triggers.md is answered, or is refused in the words that stand beside it."""

import json
import re
from pathlib import Path

import pytest

from signalbox.adapters.queries.compiler import DIALECTS, QueryCompiler
from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.domain.errors import Invalid
from signalbox.domain.queries import QueryRows
from tests.triggers.conftest import make_event, query, run

PAGE = (Path(__file__).parents[2] / "docs" / "triggers.md").read_text()
EVENTS = json.loads((Path(__file__).parent / "cases" / "events" / "shop.json").read_text())
BLOCKS = re.findall(r"^```sql (\w+)(?: refused: ([^\n]+))?\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
ANSWERED = [(dialect, sql) for dialect, refused, sql in BLOCKS if not refused]
REFUSED = [(dialect, refused, sql) for dialect, refused, sql in BLOCKS if refused]


@pytest.mark.parametrize(("dialect", "sql"), ANSWERED)
def test_query_on_the_page_finds_rows(dialect: str, sql: str, engine: DuckDBEngine) -> None:
    compiled = QueryCompiler().compile(sql, dialect)

    answer = run(engine, [make_event(**given) for given in EVENTS], [query(compiled)])["q"]

    assert isinstance(answer, QueryRows), answer
    assert answer.rows


@pytest.mark.parametrize(("dialect", "reason", "sql"), REFUSED)
def test_query_that_the_page_calls_refused_is(dialect: str, reason: str, sql: str) -> None:
    with pytest.raises(Invalid) as refused:
        QueryCompiler().compile(sql, dialect)

    assert reason in refused.value.reasons[0].reason


def test_page_has_no_query_that_is_not_tested_and_one_of_every_dialect() -> None:
    assert PAGE.count("```sql") == len(BLOCKS)
    assert {dialect for dialect, *_ in BLOCKS} == set(DIALECTS)
