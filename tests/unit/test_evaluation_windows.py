"""Invariant 3: for a live flow, every stored event lies in exactly one committed window, whatever happens."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from signalbox.domain.events import Event
from signalbox.domain.flows import Cursor
from signalbox.domain.queries import Window
from signalbox.domain.windows import MAX_STEP
from signalbox.services.evaluation import Evaluation
from tests.fakes.others import Crash, Crashing, CrashPlan, FakeClock, FakeEngine, FakeHandover, never
from tests.fakes.stores import FakeContacts, FakeCursors, FakeEvents, FakePartners, FakeRegistry
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID

WRITE_DEADLINE = timedelta(seconds=8)
FLOWS = ("flow_1", "flow_2", "flow_3")


class RecordingCursors(FakeCursors):
    """Keeps every window that was committed."""

    def __init__(self) -> None:
        super().__init__()
        self.committed: list[tuple[str, Window]] = []

    def advance(self, cursor: Cursor, position: datetime) -> None:
        super().advance(cursor, position)
        self.committed.append((cursor.flow_id, Window(cursor.position, position)))


class Timeline(RuleBasedStateMachine):
    """Writers whose puts take up to the deadline, and runs that crash, overlap, pause and fall behind."""

    settle = timedelta(seconds=10)

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock(NOON)
        self.events = FakeEvents()
        self.cursors = RecordingCursors()
        self.partners = FakePartners(makers.partner())
        self.registry = FakeRegistry(self.partners, self.cursors)
        self.registry.commit_trigger(makers.trigger())
        self.handover = FakeHandover()
        self.in_the_air: list[tuple[datetime, Event]] = []
        self.launched_at: dict[str, datetime] = {}
        self.count = 0

    def evaluation(self, plan: CrashPlan = never) -> Evaluation:
        return Evaluation(
            clock=self.clock,
            partners=self.partners,
            live_flows=self.registry,
            cursors=Crashing(self.cursors, plan),
            events=self.events,
            contacts=FakeContacts(),
            engine=FakeEngine(),
            handover=Crashing(self.handover, plan),
            settle=self.settle,
        )

    @rule(delay=st.sampled_from([timedelta(0), timedelta(seconds=2), WRITE_DEADLINE]))
    def a_writer_stamps_an_event_and_its_put_takes_a_while(self, delay: timedelta) -> None:
        self.count += 1
        event = makers.event(event_id=f"event-{self.count}", received_at=self.clock.now())
        self.in_the_air.append((self.clock.now() + delay, event))
        self.land()

    @rule(span=st.sampled_from([timedelta(milliseconds=1), timedelta(seconds=7), timedelta(seconds=90)]))
    def time_passes(self, span: timedelta) -> None:
        self.clock.pass_time(span)
        self.land()

    @rule()
    def everything_is_down_for_an_hour(self) -> None:
        self.clock.pass_time(timedelta(hours=1))
        self.land()

    @precondition(lambda self: len(self.launched_at) < len(FLOWS))
    @rule()
    def a_flow_is_launched(self) -> None:
        flow_id = FLOWS[len(self.launched_at)]
        now = self.clock.now()
        self.registry.launch(makers.flow(flow_id=flow_id), Cursor(PARTNER_ID, flow_id, now))
        self.launched_at[flow_id] = now

    @rule()
    def a_run_completes(self) -> None:
        self.evaluation().evaluate(PARTNER_ID)

    @rule(steps=st.integers(1, 3))
    def a_run_is_cut_short_by_its_time(self, steps: int) -> None:
        left = iter(range(steps))
        self.evaluation().evaluate(PARTNER_ID, may_go_on=lambda: next(left, None) is not None)

    @rule(call=st.integers(0, 12))
    def a_run_crashes(self, call: int) -> None:
        calls = iter(range(1000))
        with suppress(Crash):
            self.evaluation(lambda _name, _point: next(calls) == call).evaluate(PARTNER_ID)

    @rule()
    def another_run_overtakes_between_hand_over_and_advance(self) -> None:
        overtaken = iter([True])

        def overtake(name: str, point: str) -> bool:
            if (name, point) == ("advance", "before") and next(overtaken, False):
                self.evaluation().evaluate(PARTNER_ID)
            return False

        self.evaluation(overtake).evaluate(PARTNER_ID)

    def land(self) -> None:
        for done_at, event in list(self.in_the_air):
            if done_at <= self.clock.now():
                self.events.append(event, 1)
                self.in_the_air.remove((done_at, event))

    @invariant()
    def windows_of_a_flow_join_without_gap_or_overlap(self) -> None:
        for flow_id, launched_at in self.launched_at.items():
            edge = launched_at
            for window in (window for owner, window in self.cursors.committed if owner == flow_id):
                assert window.start == edge
                assert window.start < window.end <= window.start + MAX_STEP
                edge = window.end

    def teardown(self) -> None:
        self.clock.pass_time(WRITE_DEADLINE)
        self.land()
        self.clock.pass_time(timedelta(minutes=1))
        self.evaluation().evaluate(PARTNER_ID)
        handed_over = {(match.flow_id, match.event_id) for match in self.handover.matches}
        for flow_id, launched_at in self.launched_at.items():
            due = {event.event_id for event in self.events.stored.values() if event.received_at > launched_at}
            assert {event_id for owner, event_id in handed_over if owner == flow_id} == due


RUNS = settings(max_examples=500, stateful_step_count=25, deadline=None)


def test_every_event_lies_in_exactly_one_committed_window_of_every_live_flow() -> None:
    run_state_machine_as_test(Timeline, settings=RUNS)


def test_a_settle_below_the_write_deadline_would_lose_events() -> None:
    class TooHasty(Timeline):
        settle = WRITE_DEADLINE - timedelta(seconds=2)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(TooHasty, settings=settings(RUNS, max_examples=10_000, derandomize=True))
