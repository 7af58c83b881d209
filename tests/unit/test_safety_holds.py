"""The safety hold: what stops a run, and what each answer lets happen to it."""

from datetime import timedelta

import pytest

from signalbox.domain.errors import Invalid
from signalbox.domain.queries import Window
from signalbox.domain.safety_holds import (
    FlowRun,
    HoldState,
    Passage,
    SafetyHold,
    contacts_in,
    passage,
    reasons_against,
)
from tests.unit.makers import NOON, PARTNER_ID

MINUTE = timedelta(minutes=1)
WINDOW = Window(NOON - MINUTE, NOON)
LATER = NOON + 30 * MINUTE


def run(contacts: int, window: Window = WINDOW, trigger_version: int = 3) -> FlowRun:
    return FlowRun(PARTNER_ID, "flow_1", trigger_version, window, contacts)


HOLD = SafetyHold.of(run(101), NOON + MINUTE, None)


def test_a_run_stops_when_it_would_message_more_contacts_than_the_limit() -> None:
    passages = [passage(run(contacts), 100, None) for contacts in (0, 100, 101)]

    assert passages == [Passage.HAND_OVER, Passage.HAND_OVER, Passage.STOP]
    assert passage(run(10**9), None, None) is Passage.HAND_OVER


def test_contacts_are_people_and_not_matches() -> None:
    assert contacts_in(["ana@example.org", "ana@example.org", "bo@example.org", None]) == 2


def test_a_run_stays_stopped_while_nobody_has_answered_in_smaller_steps_and_in_larger() -> None:
    smaller, larger = Window(WINDOW.start, NOON - MINUTE / 2), Window(WINDOW.start, NOON + MINUTE)

    assert [passage(run(5, window), 100, HOLD) for window in (smaller, larger)] == [Passage.STOP, Passage.STOP]
    assert passage(run(101), 100, HOLD) is Passage.STOP
    assert HOLD.stops(WINDOW.start, 3)


def test_a_waiting_hold_is_over_for_another_version_and_for_a_cursor_beyond_it() -> None:
    assert not HOLD.stops(WINDOW.start, 4)
    assert not HOLD.stops(WINDOW.end, 3)
    assert passage(run(5, trigger_version=4), 100, HOLD) is Passage.HAND_OVER
    assert passage(run(5, Window(NOON, LATER)), 100, HOLD) is Passage.HAND_OVER


@pytest.mark.parametrize(
    ("answer", "passed"), [(HoldState.APPROVED, Passage.APPROVED), (HoldState.DISCARDED, Passage.SKIP)]
)
def test_an_answer_is_about_all_that_was_received_until_it_was_given(answer: HoldState, passed: Passage) -> None:
    answered = HOLD.answered(answer, "ana", LATER)

    backlog, after_it = Window(NOON, LATER), Window(LATER, LATER + MINUTE)

    assert not answered.stops(WINDOW.start, 3)
    assert passage(run(101), 100, answered) is passed
    assert passage(run(5_000, backlog), 100, answered) is passed
    assert passage(run(101, after_it), 100, answered) is Passage.STOP
    assert passage(run(1, after_it), 100, answered) is Passage.HAND_OVER


def test_a_window_is_cut_where_an_answer_ends_so_that_it_lets_all_that_it_covers_pass() -> None:
    answered = HOLD.answered(HoldState.APPROVED, "ana", LATER)

    assert answered.part_of(Window(NOON, LATER + MINUTE), 3) == Window(NOON, LATER)
    assert answered.part_of(WINDOW, 3) == WINDOW
    for window in (Window(LATER, LATER + MINUTE), Window(LATER + MINUTE, LATER + 2 * MINUTE)):
        assert answered.part_of(window, 3) == window
    assert answered.part_of(Window(NOON, LATER + MINUTE), 4) == Window(NOON, LATER + MINUTE)
    assert HOLD.part_of(Window(WINDOW.start, LATER), 3) == Window(WINDOW.start, LATER)


@pytest.mark.parametrize("answer", [HoldState.APPROVED, HoldState.DISCARDED])
def test_an_answer_about_one_version_of_the_trigger_says_nothing_about_another(answer: HoldState) -> None:
    answered = HOLD.answered(answer, "ana", LATER)

    assert passage(run(101, trigger_version=4), 100, answered) is Passage.STOP
    assert passage(run(100, trigger_version=4), 100, answered) is Passage.HAND_OVER


def test_a_hold_is_answered_once_and_by_one_of_two_words() -> None:
    answered = HOLD.answered(HoldState.APPROVED, "ana", LATER)

    assert (answered.state, answered.answered_by) == (HoldState.APPROVED, "ana")
    with pytest.raises(Invalid, match="this one is approved"):
        answered.answered(HoldState.DISCARDED, "bo", LATER)
    with pytest.raises(Invalid, match="expected approved or discarded"):
        HOLD.answered(HoldState.WAITING, "bo", LATER)


def test_each_hold_and_each_answer_is_the_next_version_of_what_stood_before() -> None:
    answered = HOLD.answered(HoldState.APPROVED, "ana", LATER)

    assert [HOLD.version, answered.version, SafetyHold.of(run(101), LATER, answered).version] == [1, 2, 3]


def test_a_limit_is_none_or_some_contacts() -> None:
    assert [len(list(reasons_against(limit))) for limit in (None, 1, 0, -1)] == [0, 0, 1, 1]
