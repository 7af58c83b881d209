"""What a run has found about a match, at the moment of sending: an exit from its wait, a discarded run."""

from datetime import datetime, timedelta

import pytest

from signalbox.domain.decisions import ExitVerdict, Match, Outcome, SkipReason
from signalbox.domain.flows import FlowStatus, PauseMode
from signalbox.domain.waits import MAX_EXIT_AGE, ExitCondition, Wait
from tests.unit import makers
from tests.unit.makers import NOON
from tests.unit.sending import House

HOUR, INSTANT = timedelta(hours=1), timedelta(milliseconds=1)
WAIT = Wait(HOUR, ExitCondition("SELECT"))


class Waiting(House):
    """A house whose flow waits an hour and may be left; the wait is over."""

    def __init__(self) -> None:
        super().__init__()
        self.change_flow(wait=WAIT)
        self.clock.instant = NOON + HOUR

    def judged(
        self, left_by: str | None = None, age: timedelta = timedelta(0), settled: datetime | None = None
    ) -> Match:
        return makers.match(matched_at=NOON, exit=ExitVerdict(self.clock.now() - age, settled or NOON + HOUR, left_by))


@pytest.fixture
def house() -> Waiting:
    return Waiting()


def test_who_left_is_skipped_and_the_event_that_did_it_is_in_the_trace(house: Waiting) -> None:
    decision = house.service.send(house.judged(left_by="purchase-1"))

    assert (decision.outcome, decision.reason) == (Outcome.SKIPPED, SkipReason.EXITED)
    assert (decision.trace[-1].check, decision.trace[-1].verdict) == ("exited", "by the event purchase-1")
    assert (house.channel.sent, house.deferrals.kept) == ([], {})


def test_who_stayed_is_sent_the_message(house: Waiting) -> None:
    decision = house.service.send(house.judged(age=MAX_EXIT_AGE))

    assert decision.outcome is Outcome.SENT
    assert ("exited", "passed") in [(step.check, step.verdict) for step in decision.trace]


@pytest.mark.parametrize("left_by", [None, "purchase-1"])
def test_a_verdict_of_more_than_a_minute_ago_is_asked_for_again(house: Waiting, left_by: str | None) -> None:
    decision = house.service.send(house.judged(left_by, age=MAX_EXIT_AGE + INSTANT))

    assert (decision.outcome, decision.due_at) == (Outcome.DEFERRED, house.clock.now())
    assert [each.due_at for each in house.deferrals.kept.values()] == [house.clock.now()]
    assert house.channel.sent == []
    assert house.service.send(house.judged()).outcome is Outcome.SENT


def test_a_verdict_over_less_than_the_whole_wait_is_asked_for_again(house: Waiting) -> None:
    decision = house.service.send(house.judged(settled=NOON + HOUR - INSTANT))

    assert (decision.outcome, decision.due_at) == (Outcome.DEFERRED, house.clock.now())
    assert house.channel.sent == []


def test_a_match_that_no_run_has_judged_waits_for_one(house: Waiting) -> None:
    decision = house.service.send(makers.match(matched_at=NOON))

    assert (decision.outcome, decision.due_at) == (Outcome.DEFERRED, house.clock.now())
    assert decision.trace[-1].verdict == "until its exit condition is judged"


def test_a_verdict_before_the_wait_is_over_counts_for_nothing(house: Waiting) -> None:
    house.clock.instant -= INSTANT

    decision = house.service.send(house.judged(left_by="purchase-1"))

    assert (decision.outcome, decision.due_at) == (Outcome.DEFERRED, NOON + HOUR)


def test_a_flow_that_lost_its_exit_condition_sends_to_everybody(house: Waiting) -> None:
    house.change_flow(wait=Wait(HOUR))

    assert house.service.send(house.judged(left_by="purchase-1")).outcome is Outcome.SENT


@pytest.mark.parametrize(
    "changes",
    [{}, {"wait": None}, {"status": FlowStatus.PAUSED, "pause_mode": PauseMode.HOLD}, {"status": FlowStatus.ENDED}],
)
def test_what_a_person_discarded_ends_at_once_whatever_its_flow_does(
    house: Waiting, changes: dict[str, object]
) -> None:
    house.change_flow(**{"wait": WAIT} | changes)

    decision = house.service.send(makers.match(is_discarded=True))

    assert (decision.outcome, decision.reason) == (Outcome.SKIPPED, SkipReason.SAFETY_HOLD)
    assert (house.channel.sent, house.deferrals.kept) == ([], {})


def test_what_was_discarded_stays_so_and_what_was_sent_before_stays_sent(house: Waiting) -> None:
    house.change_flow(wait=None)

    first = house.service.send(makers.match(is_discarded=True))

    assert house.service.send(makers.match()) == first
    other = makers.match(event_id="event-2", received_at=None, matched_at=NOON + HOUR)
    sent = house.service.send(other)
    assert sent.outcome is Outcome.SENT
    assert house.service.send(makers.match(event_id="event-2", is_discarded=True)) == sent
