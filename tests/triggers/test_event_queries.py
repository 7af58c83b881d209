"""Our own questions to the real engine: goals against a naive count, events by person and by name, any text."""

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.domain.decisions import Outcome
from signalbox.domain.event_queries import events_named_sql, events_of_sql
from signalbox.domain.events import Event, to_ms
from signalbox.domain.experiment_reports import ExperimentReport
from signalbox.domain.experiments import HOLDOUT, Experiment, Goal, Variant
from signalbox.domain.queries import Loaded, Query, QueryRows, Window
from signalbox.services.experiment_reporting import ExperimentReporting
from signalbox.services.past_events import PastEvents
from tests.fakes.others import FakeClock
from tests.fakes.rows import row_of
from tests.fakes.stores import (
    FakeCursors,
    FakeDecisionLists,
    FakeDeliveries,
    FakeEvents,
    FakePartners,
    FakeRegistry,
)
from tests.triggers.history_files import WrittenHistory
from tests.unit import makers

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW = NOON + timedelta(hours=30, minutes=20)
WINDOW = Window(NOON - timedelta(days=1), NOON + timedelta(days=1))
GOAL = Goal("custom_it's {cursor_start_time} bought", timedelta(hours=9))
EXPERIMENT = Experiment("experiment_1", (Variant("a", 1), Variant("b", 1)), 10, GOAL)
HOUR = timedelta(hours=1)

ENGINE = DuckDBEngine()
STRANGE_TEXTS = ["plain", "it's", "'", "''; --", "{cursor_start_time}", "é✓", '"x"', "\\", "contacts", "a\nb"]


def counted(exposures: Sequence[tuple[str, str, int]], events: list[Event]) -> ExperimentReport:
    """Count by the service, over the real engine, with closed hours in files and the open one at hand."""
    registry, deliveries, stored = (
        FakeRegistry(FakePartners(makers.partner()), FakeCursors()),
        FakeDeliveries(),
        FakeEvents(),
    )
    stored.append_all(events, 1)
    for number, (who, arm, hours) in enumerate(exposures):
        outcome = Outcome.HELD_OUT if arm == HOLDOUT else Outcome.SENT
        at = NOON + hours * HOUR
        made = makers.decision(event_id=f"e{number}", identity=who, arm=arm, decided_at=at, outcome=outcome)
        deliveries.claim(made)
    with tempfile.TemporaryDirectory() as folder:
        service = ExperimentReporting(
            clock=FakeClock(NOW),
            definitions=registry,
            decision_lists=FakeDecisionLists(deliveries),
            past_events=PastEvents(
                events=stored,
                history=WrittenHistory(Path(folder), events),
                engine=ENGINE,
                settle=timedelta(seconds=10),
                event_retention=timedelta(days=45),
            ),
        )
        return service.results(makers.flow(experiment=EXPERIMENT))


PEOPLE = st.sampled_from(["ana@example.org", "bo@example.org", "cy'o@example.org"])
EXPOSURES = st.lists(
    st.tuples(PEOPLE, st.sampled_from(["a", "b", HOLDOUT]), st.integers(0, 29)),
    max_size=8,
    unique_by=lambda each: (each[0], each[2]),
)
HAPPENED = st.lists(
    st.tuples(st.none() | PEOPLE, st.sampled_from([GOAL.event_type, "cart"]), st.integers(-3, 30), st.integers(0, 5)),
    max_size=12,
)


@given(EXPOSURES, HAPPENED)
@settings(max_examples=25, deadline=None)
def test_the_count_is_that_of_a_naive_one(
    exposures: Sequence[tuple[str, str, int]], happened: Sequence[tuple[str | None, str, int, int]]
) -> None:
    events = [
        makers.event(
            event_id=str(number),
            identity=who,
            event_type=kind,
            occurred_at=NOON + hours * HOUR,
            received_at=min(NOON + (hours + late) * HOUR, NOW),
        )
        for number, (who, kind, hours, late) in enumerate(happened)
    ]

    report = counted(exposures, events)

    first = {who: (hours, arm) for who, arm, hours in sorted(exposures, key=lambda each: -each[2])}
    naive = {arm: [0, 0] for arm in ("a", "b", HOLDOUT)}
    for who, (exposed, arm) in first.items():
        times = [hours for person, kind, hours, _ in happened if person == who and kind == GOAL.event_type]
        naive[arm][0] += 1
        naive[arm][1] += any(exposed < hours <= exposed + 9 for hours in times)
    assert {each.arm: [each.exposed, each.converted] for each in report.arms} == naive
    assert report.shortfalls == []


@pytest.mark.parametrize("text", STRANGE_TEXTS)
def test_events_are_found_by_their_person_and_by_their_name_whatever_these_are(
    text: str,
) -> None:
    events = [
        makers.event(event_id=text, identity="ana@example.org", received_at=NOON),
        makers.event(event_id="2", identity=text, received_at=NOON - HOUR),
        makers.event(event_id="3", identity=text, received_at=NOON),
        makers.event(event_id="4", identity=f"{text}x", received_at=NOON),
        makers.event(event_id="5", identity=None, received_at=NOON),
        makers.event(event_id="6", identity=text, received_at=WINDOW.start),
    ]
    queries = [
        Query("of", events_of_sql(text, 2), WINDOW, WINDOW.start),
        Query("named", events_named_sql(text), WINDOW, WINDOW.start),
    ]

    of, named = ENGINE.run(Loaded([row_of(event) for event in events]), lambda _: {}, queries)

    assert isinstance(of, QueryRows), of
    assert isinstance(named, QueryRows), named
    assert [row["event_id"] for row in of.rows] == ["3", "2"]
    assert [of.received_ms[event_id] for event_id in ("3", "2")] == [to_ms(NOON), to_ms(NOON - HOUR)]
    assert [row["event_id"] for row in named.rows] == [text]
