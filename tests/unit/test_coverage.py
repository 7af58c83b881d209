"""Whether a flow's runs have looked at an event: exactly as far as it is known."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from signalbox.domain.coverage import ON_ITS_WAY, Coverage, Covered, Runs, covered
from signalbox.domain.flows import Cursor, FlowStatus, PauseMode
from signalbox.domain.health import Health, LastRun
from signalbox.domain.queries import QueryFault, Window
from signalbox.domain.safety_holds import FlowRun, HoldState, SafetyHold
from tests.unit import makers
from tests.unit.makers import NOON

MS, MINUTE, HOUR, DAY = timedelta(milliseconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LAUNCHED = NOON - 5 * DAY


def cursor(position: datetime = NOON, **run: Any) -> Cursor:
    """Make a cursor; with `run`, a last run up to it of as much as a minute."""
    if not run:
        return makers.cursor(position=position)
    window = Window(position - MINUTE, position)
    values: dict[str, Any] = {
        "ran_at": position,
        "window": window,
        "trigger_version": 4,
        "rows": 0,
        "matches": 0,
        "elapsed_ms": 1,
    }
    fault = run.get("fault")
    return makers.cursor(position=position, health=Health(LastRun(**values | run), position if fault else None))


def ask(
    received_at: datetime,
    cursor: Cursor | None,
    *,
    now: datetime = NOON + DAY,
    first_start: datetime | None = LAUNCHED,
    committed: tuple[datetime, ...] = (LAUNCHED,),
    **flow: Any,
) -> Covered:
    flow = {"starts_after": LAUNCHED} | flow
    triggers = [makers.trigger(version=number, committed_at=at) for number, at in enumerate(committed, 1)]
    return covered(Runs(makers.flow(**flow), first_start, cursor, triggers[::-1]), received_at, now)


def test_a_draft_was_not_launched() -> None:
    assert ask(NOON, None, status=FlowStatus.DRAFT).coverage is Coverage.NOT_LAUNCHED


@pytest.mark.parametrize(("after", "coverage"), [(timedelta(0), Coverage.BEFORE_LAUNCH), (MS, Coverage.NOT_MATCHED)])
def test_a_flow_sees_what_came_after_its_start(after: timedelta, coverage: Coverage) -> None:
    assert ask(LAUNCHED + after, cursor()).coverage is coverage


def test_what_came_before_a_flow_was_resumed_may_have_been_looked_at_before_the_pause() -> None:
    told = ask(NOON - HOUR, cursor(), starts_after=NOON)

    assert told.coverage is Coverage.BEFORE_RESUMING
    assert told.words == (
        f"it came before the flow was resumed at {NOON:%Y-%m-%d %H:%M:%S} UTC from a pause that dropped what came in it"
    )


def test_what_a_committed_window_holds_was_looked_at_by_the_version_in_force() -> None:
    told = ask(NOON, cursor(), committed=(LAUNCHED, NOON - HOUR))

    assert told.coverage is Coverage.NOT_MATCHED
    assert told.trigger_versions == [2]
    assert told.words == "a run of version 2 of its trigger covered it and did not return it"


def test_a_version_committed_since_may_have_looked_at_it_where_the_run_came_late() -> None:
    told = ask(NOON - HOUR, cursor(), committed=(LAUNCHED, NOON - 2 * HOUR, NOON, NOON + MS))

    assert told.trigger_versions == [2, 3, 4]
    assert "version 2 of its trigger, or where it came late of 3, 4, covered it" in told.words


@pytest.mark.parametrize(("received_at", "versions"), [(NOON - MINUTE, [1, 2]), (NOON - MINUTE + MS, [4]), (NOON, [4])])
def test_the_last_runs_window_tells_its_version_for_certain(received_at: datetime, versions: list[int]) -> None:
    told = ask(received_at, cursor(ran_at=NOON), committed=(LAUNCHED, NOON + HOUR))

    assert told.trigger_versions == versions


@pytest.mark.parametrize(
    ("after", "matches", "coverage"),
    [
        (MINUTE, 0, Coverage.NOT_MATCHED),
        (MINUTE, 1, Coverage.UNDER_WAY),
        (ON_ITS_WAY - MS, 1, Coverage.UNDER_WAY),
        (ON_ITS_WAY, 1, Coverage.NOT_MATCHED),
    ],
)
def test_a_match_of_the_last_run_may_be_under_way_for_a_while(
    after: timedelta, matches: int, coverage: Coverage
) -> None:
    assert ask(NOON, cursor(matches=matches), now=NOON + after).coverage is coverage


@pytest.mark.parametrize(
    ("age", "coverage"), [(ON_ITS_WAY - MS, Coverage.UNDER_WAY), (ON_ITS_WAY, Coverage.NOT_MATCHED)]
)
def test_a_match_of_an_earlier_run_may_be_under_way_while_its_event_is_new(age: timedelta, coverage: Coverage) -> None:
    now = NOON + 2 * MINUTE

    assert ask(now - age, cursor(ran_at=NOON), now=now).coverage is coverage


def test_while_a_flow_catches_up_matches_of_old_events_may_be_under_way() -> None:
    now = NOON + DAY

    assert ask(NOON - HOUR, cursor(ran_at=now - MINUTE), now=now).coverage is Coverage.UNDER_WAY
    assert ask(NOON - HOUR, cursor(ran_at=now - ON_ITS_WAY), now=now).coverage is Coverage.NOT_MATCHED


def test_what_no_run_has_covered_is_awaited() -> None:
    told = ask(NOON + MS, cursor())

    assert told.coverage is Coverage.AWAITED
    assert (
        told.words
        == f"runs have covered what came up to {NOON:%Y-%m-%d %H:%M:%S} UTC; the next one is due within a minute"
    )
    assert told.trigger_versions == ()


def test_what_a_failing_trigger_keeps_waiting_is_told_with_its_fault() -> None:
    told = ask(NOON + MS, cursor(fault=QueryFault.CPU_LIMIT, detail="The query was stopped."))

    assert told.coverage is Coverage.AWAITED
    assert f"version 4 of its trigger fails since {NOON:%Y-%m-%d %H:%M:%S} UTC: The query was stopped." in told.words


def test_a_run_that_failed_has_covered_nothing_more() -> None:
    failing = cursor(fault=QueryFault.CPU_LIMIT, window=Window(NOON - MINUTE, NOON))

    assert ask(NOON, failing, committed=(LAUNCHED,)).trigger_versions == [1]


@pytest.mark.parametrize(
    ("state", "coverage", "words"),
    [
        ({"status": FlowStatus.PAUSED, "pause_mode": PauseMode.HOLD}, Coverage.PAUSED, "pause holds: it is caught up"),
        ({"status": FlowStatus.PAUSED, "pause_mode": PauseMode.DROP}, Coverage.PAUSED, "pause drops what comes in it"),
        ({"status": FlowStatus.ENDED}, Coverage.ENDED, "and the flow has ended"),
        ({"status": FlowStatus.ARCHIVED}, Coverage.ENDED, "and the flow has ended"),
    ],
)
def test_of_a_flow_that_is_not_live_what_was_covered_is_told_apart_from_what_was_not(
    state: dict[str, Any], coverage: Coverage, words: str
) -> None:
    told = ask(NOON + MS, cursor(), **state)

    assert told.coverage is coverage
    assert words in told.words
    assert ask(NOON, cursor(), **state).coverage is Coverage.NOT_MATCHED


def test_what_a_held_run_has_found_waits_for_approval() -> None:
    window = Window(NOON, NOON + MINUTE)
    hold = SafetyHold.of(FlowRun(makers.PARTNER_ID, "flow_1", 1, window, 500), NOON + MINUTE, before=None)
    flow, triggers = makers.flow(starts_after=LAUNCHED), [makers.trigger(committed_at=LAUNCHED)]
    held = Runs(flow, LAUNCHED, cursor(), triggers, hold)

    told = covered(held, NOON + MS, NOON + DAY)
    answered = covered(replace(held, hold=hold.answered(HoldState.APPROVED, "a person", NOON + HOUR)), NOON + MS, NOON)
    of_a_newer_version = covered(replace(held, triggers=[makers.trigger(version=2)]), NOON + MS, NOON + DAY)

    assert told.coverage is Coverage.HELD
    assert "500 contacts" in told.words
    assert answered.coverage is Coverage.AWAITED
    assert of_a_newer_version.coverage is Coverage.AWAITED
