"""The safety hold as runs meet it: what stops, what goes on meanwhile, and what each answer lets happen."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.domain.decisions import Match
from signalbox.domain.errors import Transient
from signalbox.domain.safety_holds import HoldState, SafetyHold
from signalbox.services import loading
from tests.fakes.others import Crash, Crashing, FakeHandover
from tests.unit import makers
from tests.unit.evaluating import House
from tests.unit.makers import NOON, PARTNER_ID

MINUTE = timedelta(minutes=1)
LIMIT = 3


class Guarded(House):
    """A house whose flow may message three people a run."""

    def __init__(self) -> None:
        super().__init__()
        self.change(safety_limit=LIMIT)

    def change(self, **changes: object) -> None:
        flow = self.registry.flows[PARTNER_ID, "flow_1"]
        self.registry.save_flow(replace(flow, version=flow.version + 1, **changes))  # type: ignore[arg-type]  # by name

    def come(self, *seconds: float) -> None:
        """Receive an event of somebody else at each of these seconds after noon."""
        for each in seconds:
            self.receive(f"event-{each:g}", seconds=each, identity=f"{each:g}@example.org")

    def answer(self, state: HoldState) -> None:
        self.safety_holds.save(self.hold.answered(state, "ana", self.clock.now()))

    @property
    def hold(self) -> SafetyHold:
        return self.safety_holds.standing[PARTNER_ID, "flow_1"]

    @property
    def handed_over(self) -> list[str]:
        return [match.event_id for match in self.handover.matches]


@pytest.fixture
def house() -> Guarded:
    return Guarded()


def test_a_run_of_no_more_contacts_than_the_limit_passes(house: Guarded) -> None:
    house.come(1, 2, 3)
    house.receive("event-again", seconds=4, identity="1@example.org")
    house.receive("event-of-nobody", seconds=5, identity=None)

    report = house.evaluate()

    assert len(house.handover.matches) == 5
    assert (report.held, house.safety_holds.standing) == ([], {})


def test_a_run_of_more_stops_where_it_is_and_is_kept_for_a_person(house: Guarded) -> None:
    house.come(1, 2, 3, 4)

    report = house.evaluate()

    assert house.handover.matches == []
    assert house.cursors.positions[PARTNER_ID, "flow_1"].position == NOON
    assert (house.hold.state, house.hold.run.contacts, house.hold.run.window.end) == (
        HoldState.WAITING, 4, NOON + timedelta(seconds=50),
    )  # fmt: skip
    assert (report.held, report.lag) == (["flow_1"], timedelta(0))


def test_a_held_flow_is_told_of_in_every_run_and_is_no_lag_and_its_query_is_not_asked(house: Guarded) -> None:
    house.come(1, 2, 3, 4)
    house.evaluate()
    asked = len(house.engine.asked)
    house.clock.pass_time(timedelta(hours=1))

    report = house.evaluate()

    assert (report.held, report.lag, len(house.engine.asked)) == (["flow_1"], timedelta(0), asked)


def test_other_flows_go_on_while_one_is_held(house: Guarded) -> None:
    house.add_flow("flow_2", "trigger_2", "OTHER")
    house.come(1, 2, 3, 4)

    house.evaluate()

    assert {match.flow_id for match in house.handover.matches} == {"flow_2"}
    assert house.cursors.positions[PARTNER_ID, "flow_2"].position == NOON + timedelta(seconds=50)


def test_a_held_run_stays_so_whatever_comes_and_whatever_becomes_of_the_limit(house: Guarded) -> None:
    house.come(1, 2, 3, 4)
    house.evaluate()
    held = house.hold
    house.change(safety_limit=None)
    house.clock.pass_time(MINUTE)
    house.come(70)

    house.evaluate()

    assert (house.hold, house.handed_over) == (held, [])


def test_what_was_approved_goes_on_with_all_that_came_until_then_and_after_it_the_limit_is_back(
    house: Guarded,
) -> None:
    house.come(1, 2, 3, 4)
    house.evaluate()
    house.clock.pass_time(MINUTE)
    house.come(61, 62, 63, 64, 119.999)
    house.answer(HoldState.APPROVED)
    house.come(120.001, 121, 122, 123)
    house.clock.pass_time(MINUTE)

    report = house.evaluate()

    assert house.handed_over == [f"event-{each:g}" for each in (1, 2, 3, 4, 61, 62, 63, 64, 119.999)]
    assert house.cursors.positions[PARTNER_ID, "flow_1"].position == NOON + 2 * MINUTE
    assert (report.held, house.hold.run.contacts, house.hold.version) == (["flow_1"], 4, 3)


def test_what_was_approved_and_has_not_settled_goes_on_with_the_next_run(house: Guarded) -> None:
    house.come(1, 2, 3, 4)
    house.evaluate()
    house.come(51, 52, 53, 54)
    house.answer(HoldState.APPROVED)

    house.evaluate()
    house.clock.pass_time(MINUTE)
    house.evaluate()

    assert house.handed_over == [f"event-{each}" for each in (1, 2, 3, 4, 51, 52, 53, 54)]


def test_what_was_discarded_is_handed_over_as_such_once(house: Guarded) -> None:
    house.come(1, 2, 3, 4)
    house.evaluate()
    house.clock.pass_time(MINUTE)
    house.answer(HoldState.DISCARDED)
    house.come(121)
    house.clock.pass_time(MINUTE)

    for _ in range(2):
        house.evaluate()

    assert [(match.event_id, match.is_discarded) for match in house.handover.matches] == [
        ("event-1", True), ("event-2", True), ("event-3", True), ("event-4", True), ("event-121", False),
    ]  # fmt: skip


def test_what_was_discarded_is_discarded_even_when_the_limit_is_gone(house: Guarded) -> None:
    house.come(1, 2, 3, 4)
    house.evaluate()
    house.answer(HoldState.DISCARDED)
    house.change(safety_limit=None)

    house.evaluate()

    assert [match.is_discarded for match in house.handover.matches] == [True] * 4


def test_a_version_of_the_trigger_that_finds_few_people_goes_on_by_itself(house: Guarded) -> None:
    house.come(1, 2, 3, 4)
    house.evaluate()
    house.engine.event_types["FEWER"] = "rare"
    house.registry.commit_trigger(makers.trigger(version=2, sql="FEWER", compiled_sql="FEWER"))

    report = house.evaluate()

    assert (report.held, house.handed_over) == ([], [])
    assert house.cursors.positions[PARTNER_ID, "flow_1"].position == NOON + timedelta(seconds=50)


def test_a_version_of_the_trigger_that_finds_many_again_is_held_anew(house: Guarded) -> None:
    house.come(1, 2, 3, 4)
    house.evaluate()
    house.answer(HoldState.APPROVED)
    house.registry.commit_trigger(makers.trigger(version=2))

    report = house.evaluate()

    assert (report.held, house.hold.run.trigger_version, house.hold.state) == (["flow_1"], 2, HoldState.WAITING)


def test_a_run_in_halved_steps_stops_at_the_step_that_goes_over_the_limit(
    house: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MAX_EVENTS", 3)
    house.come(1, 2, 40, 41)

    report = house.evaluate()

    assert house.handed_over == ["event-1", "event-2"]
    assert (report.held, house.hold.run.contacts) == (["flow_1"], 4)


def test_steps_that_other_runs_took_count_until_the_flow_has_caught_up(
    house: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MAX_EVENTS", 3)
    house.come(1, 2, 40, 41)

    house.evaluate(may_go_on=lambda: False)
    house.evaluate()

    assert house.handed_over == ["event-1", "event-2"]
    assert house.hold.run.contacts == 4


def test_a_flow_that_has_caught_up_counts_anew_even_over_silence(house: Guarded) -> None:
    house.come(1, 2, 3)
    house.clock.pass_time(18 * MINUTE)
    house.evaluate(may_go_on=lambda: False)
    assert house.cursors.positions[PARTNER_ID, "flow_1"].contacts == 3
    house.evaluate()
    house.come(1_141, 1_142)
    house.clock.pass_time(MINUTE)

    report = house.evaluate()

    assert (report.held, len(house.handed_over)) == ([], 5)


def test_catching_up_after_an_outage_is_one_run(house: Guarded) -> None:
    house.come(1, 2, 1_001, 1_002)
    house.clock.pass_time(timedelta(hours=1))

    report = house.evaluate()

    assert (report.held, house.handed_over) == (["flow_1"], ["event-1", "event-2"])


def test_a_run_that_died_after_its_hand_over_is_stopped_when_it_has_grown_over_the_limit(house: Guarded) -> None:
    house.come(1, 2, 3)
    with suppress(Crash):
        house.evaluate(cursors=Crashing(house.cursors, lambda name, _: name == "advance"))
    house.come(55)
    house.clock.pass_time(MINUTE)

    house.evaluate()

    assert house.handed_over == ["event-1", "event-2", "event-3"]
    assert house.hold.run.contacts == 4


def test_a_run_that_dies_while_it_is_held_has_handed_over_nothing(house: Guarded) -> None:
    house.come(1, 2, 3, 4)

    for point in ("before", "after"):
        with suppress(Crash):
            house.evaluate(safety_holds=Crashing(house.safety_holds, lambda name, at: (name, at) == ("save", point)))  # noqa: B023 - asked at once
    house.evaluate()

    assert house.handover.matches == []
    assert house.hold.state is HoldState.WAITING


def test_of_two_runs_at_once_one_places_the_hold_and_both_stop(house: Guarded) -> None:
    house.come(1, 2, 3, 4)
    overtaken = iter([True])

    def overtake(name: str, point: str) -> bool:
        if (name, point) == ("save", "before") and next(overtaken, False):
            house.clock.pass_time(timedelta(seconds=1))
            house.evaluate()
        return False

    report = house.evaluate(safety_holds=Crashing(house.safety_holds, overtake))

    assert (report.held, house.handover.matches, house.hold.version) == (["flow_1"], [], 1)


def test_an_approved_run_that_could_not_be_handed_over_is_tried_again_without_being_asked(house: Guarded) -> None:
    class Full(FakeHandover):
        def hand_over(self, matches: Sequence[Match]) -> None:
            if matches:
                raise Transient("full")

    house.come(1, 2, 3, 4)
    house.evaluate()
    house.answer(HoldState.APPROVED)
    with suppress(Transient):
        house.evaluate(handover=Full())
    house.clock.pass_time(MINUTE)

    house.evaluate()

    assert len(house.handed_over) == 4


def test_a_pause_that_drops_the_held_people_ends_the_hold(house: Guarded) -> None:
    house.come(1, 2, 3, 4)
    house.evaluate()
    resumed_at = NOON + timedelta(seconds=50)
    house.cursors.positions[PARTNER_ID, "flow_1"] = makers.cursor(position=resumed_at)
    house.come(60)
    house.clock.pass_time(MINUTE)

    report = house.evaluate()

    assert (report.held, house.handed_over) == ([], ["event-60"])
