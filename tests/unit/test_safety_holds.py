"""The safety hold: what stops a run, and what each answer lets happen to it."""

from datetime import timedelta

import pytest

from signalbox.domain.errors import Invalid
from signalbox.domain.queries import Window
from signalbox.domain.safety_holds import HoldState, Passage, SafetyHold, contacts_in, passage
from tests.unit.makers import NOON

MINUTE = timedelta(minutes=1)
WINDOW = Window(NOON - MINUTE, NOON)
LATER = NOON + 30 * MINUTE
HOLD = SafetyHold.of("flow_1", 3, WINDOW, 101, NOON + MINUTE)


def test_a_run_stops_when_it_would_message_more_contacts_than_the_limit() -> None:
    passages = [passage(contacts, 100, WINDOW, 3, None) for contacts in (0, 100, 101)]

    assert passages == [Passage.HAND_OVER, Passage.HAND_OVER, Passage.STOP]
    assert passage(10**9, None, WINDOW, 3, None) is Passage.HAND_OVER


def test_contacts_are_people_and_not_matches() -> None:
    assert contacts_in(["ana@example.org", "ana@example.org", "bo@example.org", None]) == 2


def test_a_run_stays_stopped_while_nobody_has_answered_even_in_smaller_steps() -> None:
    smaller = Window(WINDOW.start, WINDOW.end - MINUTE / 2)

    assert passage(5, 100, smaller, 3, HOLD) is Passage.STOP
    assert passage(101, 100, WINDOW, 3, HOLD) is Passage.STOP


@pytest.mark.parametrize(
    ("answer", "passed"), [(HoldState.APPROVED, Passage.HAND_OVER), (HoldState.DISCARDED, Passage.SKIP)]
)
def test_an_answer_is_about_all_that_was_received_until_it_was_given(answer: HoldState, passed: Passage) -> None:
    answered = HOLD.answered(answer, "ana", LATER)

    backlog, after_it = Window(NOON, LATER), Window(LATER, LATER + MINUTE)

    assert passage(101, 100, WINDOW, 3, answered) is passed
    assert passage(5_000, 100, backlog, 3, answered) is passed
    assert passage(101, 100, after_it, 3, answered) is Passage.STOP
    assert passage(1, 100, after_it, 3, answered) is Passage.HAND_OVER


@pytest.mark.parametrize("answer", [HoldState.APPROVED, HoldState.DISCARDED])
def test_an_answer_about_one_version_of_the_trigger_says_nothing_about_another(answer: HoldState) -> None:
    answered = HOLD.answered(answer, "ana", LATER)

    assert passage(101, 100, WINDOW, 4, answered) is Passage.STOP
    assert passage(100, 100, WINDOW, 4, answered) is Passage.HAND_OVER


def test_a_hold_is_answered_once_and_by_one_of_two_words() -> None:
    answered = HOLD.answered(HoldState.APPROVED, "ana", LATER)

    assert (answered.state, answered.answered_by) == (HoldState.APPROVED, "ana")
    with pytest.raises(Invalid, match="this one is approved"):
        answered.answered(HoldState.DISCARDED, "bo", LATER)
    with pytest.raises(Invalid, match="expected approved or discarded"):
        HOLD.answered(HoldState.WAITING, "bo", LATER)
