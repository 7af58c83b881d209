"""Each case is a query as its author writes it, the events it runs over, and the rows it must find."""

import json
from pathlib import Path

import pytest

from signalbox.adapters.queries.compiler import QueryCompiler
from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.domain.queries import QueryRows
from tests.triggers.conftest import make_event, query

CASES = sorted((Path(__file__).parent / "cases").glob("*.sql"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_query_finds_the_rows_of_its_golden_case(path: Path, engine: DuckDBEngine) -> None:
    case = json.loads(path.with_suffix(".json").read_text())
    events = [make_event(**given) for given in case["events"]]
    compiled = QueryCompiler().compile(path.read_text(), case["dialect"])

    answer = engine.run(events, case.get("contacts", {}), [query(compiled)])["q"]

    assert isinstance(answer, QueryRows), answer
    assert answer.rows == case["expected"]
