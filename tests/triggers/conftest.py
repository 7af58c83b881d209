"""Events, windows and queries for the tests of triggers; the engine in them is the real one."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.domain.events import Event
from signalbox.domain.queries import Cell, Loaded, Query, QueryAnswer, QueryFailure, QueryLimits, QueryRows, Window
from tests.fakes.rows import row_of

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
END = START + timedelta(minutes=10)
WINDOW = Window(START, END)
LOOKBACK = timedelta(days=30)

type Row = Mapping[str, Cell]
type Ask = Callable[..., Sequence[Row]]


def make_event(event_id: str = "e1", *, at_ms: int = 60_000, **given: Any) -> Event:
    """Make an event received `at_ms` after the window's start, sent a second and happened two seconds before.

    `body` may be text or a value to write as JSON.
    """
    body = given.pop("body", {"type": "track", "event": "custom"})
    received_at = START + timedelta(milliseconds=at_ms)
    values: dict[str, Any] = {
        "partner_id": "acme",
        "event_type": "custom_some_event",
        "event_name": "some_event",
        "client_id": "client-1",
        "user_id": None,
        "identity": "ana@example.org",
        "email": "ana@example.org",
        "occurred_at": received_at - timedelta(seconds=2),
        "sent_at": received_at - timedelta(seconds=1),
        "received_at": received_at,
        "body": body if isinstance(body, str) else json.dumps(body),
    }
    return Event(event_id=event_id, **(values | given))


def query(sql: str, key: str = "q", lookback: timedelta = LOOKBACK) -> Query:
    return Query(key, sql, WINDOW, START - lookback)


def run(
    engine: DuckDBEngine,
    events: Iterable[Event],
    queries: Sequence[Query],
    contacts: Mapping[str, str] | None = None,
) -> Mapping[str, QueryAnswer]:
    """Run queries over events at hand; `contacts` are those whose traits are known."""
    known = contacts or {}

    def traits_of(people: Iterable[str]) -> Mapping[str, str]:
        return {who: known[who] for who in people if who in known}

    loaded = Loaded([row_of(event) for event in events])
    return {answer.key: answer for answer in engine.run(loaded, traits_of, queries)}


@pytest.fixture
def engine() -> DuckDBEngine:
    return DuckDBEngine(QueryLimits(cpu_seconds=1, memory_mb=128, rows=1_000))


@pytest.fixture
def ask(engine: DuckDBEngine) -> Ask:
    """Run one query over events and give its rows; the test fails when there is no answer."""

    def rows_of(sql: str, *events: Event, contacts: Mapping[str, str] | None = None) -> Sequence[Row]:
        answer = run(engine, events, [query(sql)], contacts)["q"]
        assert isinstance(answer, QueryRows), answer
        return answer.rows

    return rows_of


@pytest.fixture
def fail(engine: DuckDBEngine) -> Callable[..., QueryFailure]:
    """Run one query, with a good neighbour on each side that must be answered, and give its failure."""

    def failure_of(sql: str, *events: Event) -> QueryFailure:
        good = "SELECT identity, event_id FROM event_triggers"
        asked = [query(good, "before"), query(sql), query(good, "after")]
        answers = run(engine, events or [make_event()], asked)
        for neighbour in (answers["before"], answers["after"]):
            assert isinstance(neighbour, QueryRows), neighbour
            assert neighbour.rows, "the neighbour lost its rows"
        failure = answers["q"]
        assert isinstance(failure, QueryFailure), failure
        return failure

    return failure_of
