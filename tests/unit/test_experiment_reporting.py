"""Results of experiments: everybody counts once, in their first arm, and what was not read is said."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from signalbox.domain.decisions import Outcome
from signalbox.domain.errors import Invalid, Transient
from signalbox.domain.event_queries import goals_sql
from signalbox.domain.events import to_ms
from signalbox.domain.experiment_reports import ExperimentReport
from signalbox.domain.experiments import HOLDOUT, Experiment, Goal, Variant
from signalbox.domain.flows import Flow
from signalbox.domain.queries import Cell, Loaded, Query, QueryAnswer, QueryFailure, QueryFault, QueryRows, Window
from signalbox.services.experiment_reporting import ExperimentReporting
from signalbox.services.past_events import ENOUGH, PastEvents
from tests.fakes.others import FakeClock
from tests.fakes.stores import (
    FakeCursors,
    FakeDecisionLists,
    FakeDeliveries,
    FakeEvents,
    FakeHistory,
    FakePartners,
    FakeRegistry,
)
from tests.unit import makers
from tests.unit.makers import NOON
from tests.unit.test_past_events import NarrowHistory

MS, HOUR, DAY = timedelta(milliseconds=1), timedelta(hours=1), timedelta(days=1)
GOAL = Goal("complete_transaction", 2 * DAY)
A_B = Experiment("experiment_1", (Variant("a", 1), Variant("b", 1)), goal=GOAL)
NOW = NOON + 7 * DAY


class GoalEngine:
    """Answers what is asked about the goal of the tests with those who met it within the query's window."""

    def __init__(self) -> None:
        self.met: list[tuple[str, datetime]] = []
        self.failure: QueryFailure | None = None
        self.before_each: Callable[[], None] = lambda: None

    def run(
        self,
        loaded: Loaded,
        traits_of: Callable[[Iterable[str]], Mapping[str, str]],
        queries: Sequence[Query],
    ) -> Iterator[QueryAnswer]:
        for query in queries:
            assert query.sql == goals_sql(GOAL.event_type)
            self.before_each()
            met: dict[str, list[int]] = {}
            for who, at in self.met:
                if query.window.start < at <= query.window.end:
                    met.setdefault(who, []).append(to_ms(at))
            rows: list[dict[str, Cell]] = [
                {"identity": who, "event_id": who, "occurred": times} for who, times in met.items()
            ]
            yield self.failure or QueryRows(query.key, rows, 1)


class House:
    def __init__(self, max_decisions: int = 1000, history: FakeHistory | None = None) -> None:
        partners = FakePartners(makers.partner())
        self.registry, self.deliveries = FakeRegistry(partners, FakeCursors()), FakeDeliveries()
        self.engine = GoalEngine()
        past_events = PastEvents(
            events=FakeEvents(),
            history=history or FakeHistory(),
            engine=self.engine,
            settle=timedelta(seconds=10),
            event_retention=45 * DAY,
        )
        self.clock = FakeClock(NOW)
        self.service = ExperimentReporting(
            clock=self.clock,
            definitions=self.registry,
            decision_lists=FakeDecisionLists(self.deliveries),
            past_events=past_events,
            max_decisions=max_decisions,
        )

    def save(self, experiment: Experiment | None) -> Flow:
        standing = self.registry.flows.get((makers.PARTNER_ID, "flow_1"))
        flow = makers.flow(version=standing.version + 1 if standing else 1, experiment=experiment)
        self.registry.save_flow(flow)
        return flow

    def expose(self, who: str, arm: str, at: datetime = NOON, **changes: Any) -> None:
        event_id = f"event-{len(self.deliveries.decisions)}"
        self.deliveries.claim(makers.decision(event_id=event_id, identity=who, arm=arm, decided_at=at, **changes))

    def results(self, experiment: Experiment | None = A_B) -> ExperimentReport:
        standing = self.registry.flows.get((makers.PARTNER_ID, "flow_1"))
        return self.service.results(standing or self.save(experiment))


@pytest.fixture
def house() -> House:
    return House()


def counts(report: ExperimentReport) -> dict[str, tuple[int, int | None]]:
    return {each.arm: (each.exposed, each.converted) for each in report.arms}


def test_everybody_counts_once_in_the_arm_of_their_first_exposure(house: House) -> None:
    house.expose("ana", "b", NOON + HOUR)
    house.expose("ana", "a", NOON)
    house.expose("ana", "b", NOON + 2 * HOUR)
    house.expose("bo", "b", NOON)
    house.engine.met = [("ana", NOON + HOUR), ("ana", NOON + 3 * HOUR), ("cy", NOON + HOUR)]

    assert counts(house.results()) == {"a": (1, 1), "b": (1, 0)}


@pytest.mark.parametrize(
    ("after", "is_met"), [(timedelta(0), False), (MS, True), (2 * DAY, True), (2 * DAY + MS, False)]
)
def test_a_goal_counts_that_is_met_after_the_exposure_and_in_time(
    house: House, after: timedelta, *, is_met: bool
) -> None:
    house.expose("ana", "a", NOON)
    house.engine.met = [("ana", NOON + after)]

    assert counts(house.results())["a"] == (1, int(is_met))


def test_whoever_got_as_far_as_the_experiment_counts_whatever_came_after_it(house: House) -> None:
    for number, outcome in enumerate(sorted(set(Outcome) - {Outcome.IN_FLIGHT})):
        house.expose(f"person {number}", "a", outcome=outcome)
    house.deliveries.claim(makers.decision(event_id="not so far", identity="dee", arm=None))

    assert counts(house.results())["a"] == (6, 0)


def test_the_held_out_are_an_arm_and_every_arm_is_held_against_the_first(house: House) -> None:
    experiment = replace(A_B, holdout_percent=50)
    for number in range(40):
        house.expose(f"a{number}", "a")
        house.expose(f"b{number}", "b")
        house.expose(f"h{number}", HOLDOUT, outcome=Outcome.HELD_OUT)
        house.expose(f"i{number}", HOLDOUT, outcome=Outcome.HELD_OUT)
    house.engine.met = [(f"b{number}", NOON + HOUR) for number in range(20)]

    report = house.results(experiment)

    assert counts(report) == {"a": (40, 0), "b": (40, 20), HOLDOUT: (80, 0)}
    control, arm, held_out = report.arms
    assert control.lift is None
    assert arm.lift is not None
    assert held_out.lift is not None
    assert (arm.rate, arm.lift.difference, held_out.lift.difference) == (0.5, 0.5, 0.0)
    assert arm.lift.interval.excludes_zero
    assert (report.split_probability, report.is_mismatch) == (1.0, False)


def test_a_split_that_lost_people_is_told(house: House) -> None:
    for number in range(100):
        house.expose(f"a{number}", "a")

    assert house.results().is_mismatch


def test_it_counts_from_the_version_that_changed_the_split_last(house: House) -> None:
    for experiment in (None, replace(A_B, variants=(Variant("a", 2), Variant("b", 1))), A_B):
        house.save(experiment)
    house.save(replace(A_B, goal=replace(GOAL, attribution=DAY)))
    house.save(A_B)
    house.expose("before", "a", NOON, flow_version=2)
    house.expose("ana", "a", NOON + HOUR, flow_version=3)
    house.expose("a straggler", "a", NOON + HOUR + MS, flow_version=2)
    house.expose("bo", "b", NOON + HOUR - MS, flow_version=5)

    report = house.results()

    assert report.first_version == 3
    assert counts(report) == {"a": (1, 0), "b": (1, 0)}


def test_another_experiment_of_other_people_is_not_counted(house: House) -> None:
    house.save(replace(A_B, experiment_id="experiment_0"))
    house.save(A_B)
    house.expose("before", "a", flow_version=1)

    assert counts(house.results()) == {"a": (0, 0), "b": (0, 0)}


def test_an_experiment_without_a_goal_has_exposures_and_a_split(house: House) -> None:
    house.expose("ana", "a")

    report = house.results(replace(A_B, goal=None))

    assert counts(report) == {"a": (1, None), "b": (0, None)}
    assert report.shortfalls == []


def test_a_flow_without_an_experiment_has_no_results(house: House) -> None:
    with pytest.raises(Invalid):
        house.results(None)


def test_too_many_decisions_are_cut_and_said() -> None:
    house = House(max_decisions=2)
    for number in range(3):
        house.expose(f"person {number}", "a", NOON + number * HOUR)

    report = house.results()

    assert counts(report)["a"] == (2, 0)
    assert report.shortfalls == [f"decisions before {(NOON + HOUR).isoformat()} were not read; there are too many"]


def test_people_whose_goals_cannot_all_be_read_are_left_out_and_that_is_said() -> None:
    house = House(history=NarrowHistory(24 * 7))
    house.expose("ana", "a", NOON - DAY)
    house.expose("bo", "b", NOW - DAY)

    report = house.results()

    assert counts(report) == {"a": (0, 0), "b": (1, 0)}
    assert NOON < report.window.start < NOW - DAY
    assert report.shortfalls == ["earlier events are too many for one look"]


def test_when_the_time_is_up_those_are_counted_whose_goals_were_read_and_that_is_said(house: House) -> None:
    house.expose("ana", "a", NOON - DAY)
    house.expose("bo", "b", NOW - 2 * DAY)
    house.engine.met = [("ana", NOW - HOUR), ("bo", NOW - HOUR)]
    house.engine.before_each = lambda: house.clock.pass_time(ENOUGH / 2)

    report = house.results()

    assert counts(report) == {"a": (0, 0), "b": (1, 1)}
    assert report.window == Window(NOW - 2 * DAY, NOW)
    assert report.shortfalls == ["earlier events were not looked through: the time was up"]


def test_goals_that_are_not_known_yet_leave_exposures_and_say_why() -> None:
    house = House(history=NarrowHistory(fault=Transient("9 hours of history are still to be written")))
    house.expose("ana", "a")

    report = house.results()

    assert counts(report) == {"a": (1, None), "b": (0, None)}
    assert [each.lift for each in report.arms] == [None, None]
    assert report.shortfalls == ["9 hours of history are still to be written; ask again in a minute"]


def test_a_search_that_fails_leaves_exposures_and_says_why(house: House) -> None:
    house.expose("ana", "a")
    house.engine.failure = QueryFailure("", QueryFault.ROW_LIMIT, "over 100,000 rows")

    report = house.results()

    assert counts(report)["a"] == (1, None)
    assert report.shortfalls == ["the goal's events could not be searched for: over 100,000 rows"]


def test_the_results_are_of_the_time_since_the_first_exposure(house: House) -> None:
    house.expose("ana", "a", NOON)

    assert house.results().window == Window(NOON, NOW)
