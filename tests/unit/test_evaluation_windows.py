"""Invariant 3: for a live flow, every stored event lies in exactly one committed window, whatever happens.

Writers' puts take their time and their clocks are off; runs crash, overlap, are cut short, and fall behind; flows are
launched, paused and resumed, held for a person and answered; queries are changed, fail, and look back. Time is the
runs' own.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from signalbox.domain.events import Event
from signalbox.domain.flows import Cursor, Flow, FlowStatus, PauseMode
from signalbox.domain.partners import Environment
from signalbox.domain.queries import EventRow, QueryFailure, QueryFault, Window
from signalbox.domain.safety_holds import HoldState
from signalbox.domain.windows import MAX_STEP
from signalbox.services.evaluation import Evaluation
from signalbox.services.flow_authoring import FlowAuthoring
from tests.fakes.destinations import FakeDestinations
from tests.fakes.others import (
    Crash,
    Crashing,
    CrashPlan,
    FakeClock,
    FakeConditions,
    FakeEngine,
    FakeHandover,
    FakeIds,
    FakeRenderer,
    never,
)
from tests.fakes.rows import row_of
from tests.fakes.segments import FakeContentBlocks, FakeSegments
from tests.fakes.stores import (
    FakeContacts,
    FakeCursors,
    FakeDeferrals,
    FakeEvents,
    FakeHistory,
    FakePartners,
    FakeRegistry,
    FakeSafetyHolds,
)
from tests.unit import makers
from tests.unit.authoring import EchoCompiler
from tests.unit.makers import NOON, PARTNER_ID

WRITE_DEADLINE = timedelta(seconds=8)
SKEW = timedelta(seconds=1)
FLOWS = ("flow_1", "flow_2", "flow_3")
TRIGGERS = ("trigger_1", "trigger_2")
LIMITS = (None, 2)
LOOK_BACKS = (timedelta(0), timedelta(hours=2))


class Recording:
    """The cursors as a run has them: keeps every window that a run committed."""

    def __init__(self, cursors: FakeCursors) -> None:
        self._cursors = cursors
        self.committed: list[tuple[str, Window]] = []

    def of_partner(self, partner_id: str) -> Mapping[str, Cursor]:
        return self._cursors.of_partner(partner_id)

    def advance(self, standing: Cursor, following: Cursor) -> None:
        self._cursors.advance(standing, following)
        if following.position != standing.position:
            self.committed.append((standing.flow_id, Window(standing.position, following.position)))


@dataclass
class Life:
    """What a flow is to find: all it was live for, less the spans that a pause dropped."""

    launched_at: datetime
    dropped: list[Window] = field(default_factory=list)

    def is_due(self, received_at: datetime) -> bool:
        return received_at > self.launched_at and not any(span.start < received_at <= span.end for span in self.dropped)


class Timeline(RuleBasedStateMachine):
    settle = timedelta(seconds=10)

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock(NOON)
        self.events = FakeEvents()
        self.cursors = FakeCursors()
        self.safety_holds = FakeSafetyHolds()
        self.recording = Recording(self.cursors)
        self.partners = FakePartners(makers.partner())
        self.registry = FakeRegistry(self.partners, self.cursors)
        self.engine = FakeEngine(self.events_of_hour)
        for number, trigger_id in enumerate(TRIGGERS):
            self.registry.commit_trigger(makers.trigger(trigger_id=trigger_id, lookback=LOOK_BACKS[number]))
        self.handover = FakeHandover()
        self.in_the_air: list[tuple[datetime, Event]] = []
        self.life_by_flow: dict[str, Life] = {}
        self.count = 0
        self.flows = FlowAuthoring(
            clock=self.clock,
            ids=FakeIds(),
            definitions=self.registry,
            live_flows=self.registry,
            cursors=self.cursors,
            segments=FakeSegments(),
            blocks=FakeContentBlocks(),
            destinations=FakeDestinations(),
            renderer=FakeRenderer(),
            conditions=FakeConditions(),
            compiler=EchoCompiler(),
            environment=Environment.PRODUCTION,
        )

    def events_of_hour(self, file: Path) -> list[EventRow]:
        hour = datetime.fromisoformat(file.name)
        end = hour + timedelta(hours=1)
        return [row_of(each) for each in self.events.stored.values() if hour <= each.received_at < end]

    def evaluation(self, plan: CrashPlan = never) -> Evaluation:
        return Evaluation(
            clock=self.clock,
            partners=self.partners,
            live_flows=self.registry,
            cursors=Crashing(self.recording, plan),
            events=self.events,
            history=FakeHistory(),
            contacts=FakeContacts(),
            deferrals=FakeDeferrals(),
            safety_holds=self.safety_holds,
            engine=self.engine,
            handover=Crashing(self.handover, plan),
            settle=self.settle,
        )

    @rule(
        delay=st.sampled_from([timedelta(0), timedelta(seconds=2), WRITE_DEADLINE]),
        skew=st.sampled_from([-SKEW, timedelta(0), SKEW]),
    )
    def a_writer_stamps_an_event_and_its_put_takes_a_while(self, delay: timedelta, skew: timedelta) -> None:
        self.count += 1
        event = makers.event(
            event_id=f"event-{self.count}",
            identity=f"{self.count}@example.org",
            received_at=self.clock.now() + skew,
        )
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

    @precondition(lambda self: len(self.life_by_flow) < len(FLOWS))
    @rule(trigger_id=st.sampled_from(TRIGGERS), limit=st.sampled_from(LIMITS))
    def a_flow_is_launched(self, trigger_id: str, limit: int | None) -> None:
        flow_id = FLOWS[len(self.life_by_flow)]
        draft = makers.flow(flow_id=flow_id, trigger_id=trigger_id, status=FlowStatus.DRAFT, safety_limit=limit)
        self.registry.save_flow(draft)
        self.flows.launch(draft)
        self.life_by_flow[flow_id] = Life(self.clock.now())

    @precondition(lambda self: self.life_by_flow)
    @rule(data=st.data(), mode=st.sampled_from(PauseMode))
    def a_flow_is_paused_or_resumed(self, data: st.DataObject, mode: PauseMode) -> None:
        flow_id = data.draw(st.sampled_from(sorted(self.life_by_flow)))
        flow = self.registry.flows[PARTNER_ID, flow_id]
        if flow.status is FlowStatus.LIVE:
            self.flows.pause(flow, mode)
        else:
            self.resume(flow)

    def resume(self, flow: Flow) -> None:
        life = self.life_by_flow[flow.flow_id]
        standing = self.cursors.positions[PARTNER_ID, flow.flow_id].position
        self.flows.resume(flow)
        if flow.pause_mode is PauseMode.DROP:
            life.dropped.append(Window(standing, self.clock.now()))

    @rule(trigger_id=st.sampled_from(TRIGGERS), works=st.booleans(), lookback=st.sampled_from(LOOK_BACKS))
    def a_query_is_changed(self, trigger_id: str, lookback: timedelta, *, works: bool) -> None:
        sql = f"SELECT {trigger_id} {works}"
        if not works:
            self.engine.refused[sql] = QueryFailure("", QueryFault.SQL_ERROR, "it fails")
        head = self.registry.heads[PARTNER_ID, trigger_id]
        self.registry.commit_trigger(
            replace(head, version=head.version + 1, sql=sql, compiled_sql=sql, lookback=lookback)
        )

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

    @rule(state=st.sampled_from([HoldState.APPROVED, HoldState.DISCARDED]))
    def a_person_answers_what_is_held(self, state: HoldState) -> None:
        for hold in self.safety_holds.of_partner(PARTNER_ID).values():
            if hold.state is HoldState.WAITING:
                self.safety_holds.save(hold.answered(state, "ana", self.clock.now()))

    def land(self) -> None:
        for done_at, event in list(self.in_the_air):
            if done_at <= self.clock.now():
                self.events.append(event, 1)
                self.in_the_air.remove((done_at, event))

    @invariant()
    def windows_of_a_flow_join_without_gap_or_overlap(self) -> None:
        for flow_id, life in self.life_by_flow.items():
            edge, dropped = life.launched_at, {span.start: span.end for span in life.dropped}
            for window in (window for owner, window in self.recording.committed if owner == flow_id):
                while edge in dropped:
                    edge = dropped.pop(edge)
                assert window.start == edge
                assert window.start < window.end <= window.start + MAX_STEP
                edge = window.end

    def teardown(self) -> None:
        self.clock.pass_time(WRITE_DEADLINE)
        self.land()
        for trigger_id in TRIGGERS:
            head = self.registry.heads[PARTNER_ID, trigger_id]
            self.registry.commit_trigger(replace(head, version=head.version + 1, sql="SELECT", compiled_sql="SELECT"))
        for flow_id in self.life_by_flow:
            flow = self.registry.flows[PARTNER_ID, flow_id]
            if flow.status is FlowStatus.PAUSED:
                self.resume(flow)
        self.clock.pass_time(timedelta(minutes=1))
        for _ in range(2):  # the first may be held
            self.evaluation().evaluate(PARTNER_ID)
            self.a_person_answers_what_is_held(HoldState.APPROVED)
        self.evaluation().evaluate(PARTNER_ID)
        handed_over = {(match.flow_id, match.event_id) for match in self.handover.matches}
        for flow_id, life in self.life_by_flow.items():
            due = {event.event_id for event in self.events.stored.values() if life.is_due(event.received_at)}
            assert {event_id for owner, event_id in handed_over if owner == flow_id} >= due


RUNS = settings(max_examples=2_000, stateful_step_count=25, deadline=None)
BROKEN_RUNS = settings(RUNS, max_examples=10_000, derandomize=True, phases=[Phase.generate])
"""That there is a way is enough: making it short takes far longer than finding it."""


def test_every_event_lies_in_exactly_one_committed_window_of_every_live_flow() -> None:
    run_state_machine_as_test(Timeline, settings=RUNS)


def test_a_settle_below_the_write_deadline_would_lose_events() -> None:
    class TooHasty(Timeline):
        settle = WRITE_DEADLINE - timedelta(seconds=2)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(TooHasty, settings=BROKEN_RUNS)


def test_a_settle_that_leaves_no_room_for_clocks_that_are_off_would_lose_events() -> None:
    class TooTrusting(Timeline):
        settle = WRITE_DEADLINE

    with pytest.raises(AssertionError):
        run_state_machine_as_test(TooTrusting, settings=BROKEN_RUNS)
