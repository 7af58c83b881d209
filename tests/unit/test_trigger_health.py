"""What is said of a trigger's health: the worst that is true of each live flow, in words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.domain.flows import FlowStatus
from signalbox.domain.health import ExitFault, Health, LastRun
from signalbox.domain.queries import QueryFault, Window
from signalbox.domain.safety_holds import FlowRun, HoldState, SafetyHold
from signalbox.services.trigger_health import BEHIND, FlowHealth, State, TriggerHealth
from tests.fakes.others import FakeClock
from tests.fakes.stores import FakeCursors, FakePartners, FakeRegistry, FakeSafetyHolds
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID

SETTLE = timedelta(seconds=10)
MINUTE = timedelta(minutes=1)
RUN = LastRun(NOON, Window(NOON - MINUTE, NOON), trigger_version=3, rows=5, matches=4, elapsed_ms=17)
FAILED = replace(RUN, fault=QueryFault.CPU_LIMIT, detail="it took more than 5 s of computing time")
QUIET = Health(last_run=RUN, last_match_on=(NOON - timedelta(days=3)).date(), streak=9)


class House:
    def __init__(self) -> None:
        self.cursors = FakeCursors()
        self.safety_holds = FakeSafetyHolds()
        self.registry = FakeRegistry(FakePartners(makers.partner()), self.cursors)
        self.registry.commit_trigger(makers.trigger())
        self.clock = FakeClock(NOON + SETTLE)

    def of_cursor(self, lag: timedelta = timedelta(0), health: Health | None = None) -> FlowHealth:
        cursor = makers.cursor(position=NOON - lag, health=health or Health())
        self.registry.launch(makers.flow(), cursor)
        (told,) = self.told()
        return told

    def told(self, trigger_id: str = "trigger_1") -> list[FlowHealth]:
        service = TriggerHealth(
            clock=self.clock,
            live_flows=self.registry,
            cursors=self.cursors,
            safety_holds=self.safety_holds,
            settle=SETTLE,
        )
        return list(service.of_trigger(PARTNER_ID, trigger_id))


@pytest.fixture
def house() -> House:
    return House()


def test_a_flow_that_was_just_launched_waits_for_its_first_run(house: House) -> None:
    assert house.of_cursor().state is State.WAITING


def test_a_working_flow_tells_what_its_last_run_found(house: House) -> None:
    told = house.of_cursor(health=Health(last_run=RUN))

    assert told.state is State.WORKING
    assert told.words == "The last run found 5 rows in 17 ms, 4 matches."


def test_a_failing_exit_condition_is_told_after_a_failing_query_and_before_all_else(house: House) -> None:
    fault = ExitFault(NOON - MINUTE, QueryFault.CPU_LIMIT, "it takes longer than 5 s")

    told = house.of_cursor(2 * BEHIND, replace(QUIET, exit_fault=fault))

    assert told.state is State.FAILING
    assert told.words == (
        "The exit condition fails since 2026-03-01 11:59 UTC, and whoever waits goes on: it takes longer than 5 s"
    )


def test_a_held_flow_tells_for_how_many_contacts_it_waits(house: House) -> None:
    run = FlowRun(PARTNER_ID, "flow_1", 1, Window(NOON - MINUTE, NOON), 1_234)
    hold = SafetyHold.of(run, NOON, None)
    house.safety_holds.save(hold)

    told = house.of_cursor(MINUTE, Health(last_run=FAILED, failing_since=NOON))

    assert told.state is State.HELD
    assert told.words == (
        "A run that found 1234 contacts waits since 2026-03-01 12:00 UTC to be approved or discarded."
    )
    house.safety_holds.save(hold.answered(HoldState.APPROVED, "ana", NOON))
    assert [each.state for each in house.told()] == [State.FAILING]


def test_a_failing_flow_tells_since_when_and_why_before_all_else(house: House) -> None:
    told = house.of_cursor(2 * BEHIND, replace(QUIET, last_run=FAILED, failing_since=NOON))

    assert told.state is State.FAILING
    assert "Version 3 fails since" in told.words
    assert told.words.endswith("12:00 UTC: it took more than 5 s of computing time")


@pytest.mark.parametrize(("lag", "state"), [(BEHIND, State.WORKING), (BEHIND + MINUTE, State.BEHIND)])
def test_a_flow_is_behind_when_neither_silence_nor_a_late_run_explains_its_place(
    house: House, lag: timedelta, state: State
) -> None:
    told = house.of_cursor(lag, Health(last_run=RUN))

    assert (told.state, told.lag) == (state, lag)


def test_a_flow_that_matched_daily_and_stopped_is_quiet(house: House) -> None:
    assert house.of_cursor(health=QUIET).state is State.QUIET


def test_only_live_flows_of_the_trigger_have_a_health(house: House) -> None:
    house.of_cursor()
    house.registry.save_flow(makers.flow(version=2, status=FlowStatus.PAUSED))

    assert house.told() == []
    assert house.told("trigger_2") == []
