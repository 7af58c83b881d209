"""Answering a safety hold: what waits for a word, and that it is given once."""

from datetime import timedelta

import pytest

from signalbox.domain.errors import Conflict, Invalid
from signalbox.domain.safety_holds import HoldState, SafetyHold
from signalbox.services.hold_answering import HoldAnswering
from tests.unit import makers
from tests.unit.evaluating import House
from tests.unit.makers import PARTNER_ID

MINUTE = timedelta(minutes=1)


class Held(House):
    """A house with two flows that may message one person a run, and found two each."""

    def __init__(self) -> None:
        super().__init__()
        for flow_id in ("flow_2", "flow_3"):
            self.registry.launch(makers.flow(flow_id=flow_id, safety_limit=1), makers.cursor(flow_id=flow_id))
        for number in (1, 2):
            self.receive(f"event-{number}", seconds=number, identity=f"{number}@example.org")
        self.answering = HoldAnswering(
            clock=self.clock, live_flows=self.registry, cursors=self.cursors, safety_holds=self.safety_holds
        )
        self.evaluate()

    def first(self) -> SafetyHold:
        return self.answering.waiting(PARTNER_ID)[0]


@pytest.fixture
def house() -> Held:
    return Held()


def test_the_runs_that_wait_are_told_with_what_they_found(house: Held) -> None:
    waiting = house.answering.waiting(PARTNER_ID)

    assert [(hold.run.flow_id, hold.run.contacts) for hold in waiting] == [("flow_2", 2), ("flow_3", 2)]
    assert house.answering.waiting("partner_2") == []


@pytest.mark.parametrize(("word", "is_discarded"), [("approve", False), ("discard", True)])
def test_a_word_makes_the_next_run_go_on_and_is_kept_with_who_said_it(
    house: Held, word: str, *, is_discarded: bool
) -> None:
    answered = getattr(house.answering, word)(house.first(), "ana")
    house.clock.pass_time(MINUTE)
    house.evaluate()

    assert (answered.answered_by, answered.covers_until) == ("ana", house.clock.now() - MINUTE)
    passed = [match.is_discarded for match in house.handover.matches if match.flow_id == "flow_2"]
    assert passed == [is_discarded, is_discarded]
    assert [hold.run.flow_id for hold in house.answering.waiting(PARTNER_ID)] == ["flow_3"]


def test_a_second_word_is_refused(house: Held) -> None:
    hold = house.first()
    answered = house.answering.approve(hold, "ana")

    with pytest.raises(Invalid, match="this one is approved"):
        house.answering.discard(answered, "bo")
    with pytest.raises(Conflict):
        house.answering.discard(hold, "bo")

    assert house.safety_holds.standing[PARTNER_ID, "flow_2"].state is HoldState.APPROVED


def test_a_word_about_a_hold_that_has_made_room_for_another_is_refused(house: Held) -> None:
    old = house.first()
    house.registry.commit_trigger(makers.trigger(version=2))
    assert house.answering.waiting(PARTNER_ID) == []
    house.evaluate()

    with pytest.raises(Conflict):
        house.answering.approve(old, "ana")

    assert house.first().run.trigger_version == 2


def test_a_hold_of_a_flow_that_has_got_beyond_it_does_not_wait(house: Held) -> None:
    for flow_id in ("flow_2", "flow_3"):
        position = house.first().covers_until
        house.cursors.positions[PARTNER_ID, flow_id] = makers.cursor(flow_id=flow_id, position=position)

    assert house.answering.waiting(PARTNER_ID) == []
