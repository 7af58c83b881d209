"""Who bought is not messaged, everybody else is exactly once, and a held run messages nobody until it is approved.

Carts are left and bought, writes take their time, runs crash and overlap and fall behind, the exit condition fails for
a while, the flow is paused and resumed, matches are taken from the queue in any order and some twice, a person answers.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from signalbox.domain.decisions import Match, Outcome, SkipReason
from signalbox.domain.events import Event
from signalbox.domain.flows import FlowStatus, PauseMode
from signalbox.domain.messages import EmailMessage
from signalbox.domain.queries import EventRow, QueryFailure, QueryFault
from signalbox.domain.safety_holds import HoldState
from signalbox.domain.waits import MAX_EXIT_AGE, ExitCondition, Wait
from signalbox.services.evaluation import Evaluation
from signalbox.services.hold_answering import HoldAnswering
from tests.fakes.others import (
    Crash,
    Crashing,
    CrashPlan,
    FakeChannel,
    FakeConditions,
    FakeEngine,
    FakeHandover,
    FakeRenderer,
    never,
)
from tests.fakes.rows import row_of
from tests.fakes.stores import (
    FakeContacts,
    FakeDeferrals,
    FakeDeliveries,
    FakeEvents,
    FakeHistory,
    FakePlaces,
    FakeSafetyHolds,
)
from tests.unit import makers
from tests.unit.authoring import House
from tests.unit.makers import PARTNER_ID
from tests.unit.sending import beside_email, wired

SETTLE, WRITE_DEADLINE = timedelta(seconds=10), timedelta(seconds=8)
DELAY = timedelta(minutes=5)
MINUTE, INSTANT = timedelta(minutes=1), timedelta(milliseconds=1)
LIMIT = 2
EXITS = "BOUGHT BY CLIENT_ID"
WRITES_TAKE = st.sampled_from([timedelta(0), timedelta(seconds=3), WRITE_DEADLINE])


class Watching(FakeChannel):
    """Notes when each message left."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.left_at: dict[str, datetime] = {}
        self._now = now

    def send(self, message: EmailMessage) -> str:
        assert message.decision is not None
        assert message.decision.event_id not in self.left_at
        self.left_at[message.decision.event_id] = self._now()
        return super().send(message)


class Waiting(RuleBasedStateMachine):
    settle = SETTLE
    limit: int | None = LIMIT

    def __init__(self) -> None:
        super().__init__()
        self.house = House()
        self.house.registry.create_partner(makers.partner())
        self.clock = self.house.clock
        self.events, self.deliveries, self.deferrals = FakeEvents(), FakeDeliveries(), FakeDeferrals()
        self.handover, self.safety_holds, self.contacts = FakeHandover(), FakeSafetyHolds(), FakeContacts()
        self.engine = FakeEngine(self.events_of_hour)
        self.engine.event_types = {"CARTS BY CLIENT_ID": "left", EXITS: "bought"}
        self.channel = Watching(self.clock.now)
        self.sending = wired(self.ports_of_sending())
        self.answering = HoldAnswering(
            clock=self.clock,
            live_flows=self.house.registry,
            cursors=self.house.cursors,
            safety_holds=self.safety_holds,
        )
        trigger = self.house.commit("carts by client_id")
        self.house.registry.commit_trigger(replace(trigger, version=2, max_event_age=timedelta(days=30)))
        draft = self.house.flows.create(
            PARTNER_ID,
            "Carts",
            trigger.trigger_id,
            makers.flow().content,
            wait=Wait(DELAY, ExitCondition("bought by client_id", "client_id")),
            safety_limit=self.limit,
        )
        self.flow = self.house.flows.launch(draft)
        self.in_the_air: list[tuple[datetime, Event]] = []
        self.left: dict[str, Event] = {}
        self.bought: list[tuple[Event, datetime]] = []
        self.discarded_until: datetime | None = None

    def ports_of_sending(self) -> dict[str, object]:
        return {
            "clock": self.clock,
            "partners": self.house.partners,
            "live_flows": self.house.registry,
            "events": self.events,
            "contacts": self.contacts,
            "places": FakePlaces(self.contacts),
            "deliveries": self.deliveries,
            "deferrals": self.deferrals,
            "renderer": FakeRenderer(),
            "conditions": FakeConditions(),
            "channel": self.channel,
            **beside_email(self.contacts),
        }

    def events_of_hour(self, file: object) -> list[EventRow]:
        hour = datetime.fromisoformat(str(file).rpartition("/")[2])
        return [
            row_of(each) for each in self.events.stored.values() if hour <= each.received_at < hour + timedelta(hours=1)
        ]

    def evaluation(self, plan: CrashPlan = never) -> Evaluation:
        return Evaluation(
            clock=self.clock,
            partners=self.house.partners,
            live_flows=self.house.registry,
            cursors=Crashing(self.house.cursors, plan),
            deferrals=Crashing(self.deferrals, plan),
            safety_holds=Crashing(self.safety_holds, plan),
            events=self.events,
            history=FakeHistory(),
            contacts=self.contacts,
            engine=self.engine,
            handover=Crashing(self.handover, plan),
            settle=self.settle,
        )

    def run(self, plan: CrashPlan = never) -> None:
        """Make a run, and see that it found no more people than it may, unless a person's word let it."""
        before = len(self.handover.matches)
        word = self.safety_holds.standing.get((PARTNER_ID, self.flow.flow_id))
        position = self.position
        with suppress(Crash):
            self.evaluation(plan).evaluate(PARTNER_ID)
        fresh = {
            match.identity for match in self.handover.matches[before:] if match.exit is None and not match.is_discarded
        }
        is_approved = word is not None and word.state is HoldState.APPROVED and position < word.covers_until
        assert is_approved or self.limit is None or len(fresh) <= self.limit
        if word is not None and word.stops(position, 2):
            assert not fresh
            assert self.position == position

    @property
    def position(self) -> datetime:
        return self.house.cursors.of_partner(PARTNER_ID)[self.flow.flow_id].position

    @rule(takes=WRITES_TAKE)
    def a_cart_is_left(self, takes: timedelta) -> None:
        self.clock.pass_time(INSTANT)
        number, now = len(self.left), self.clock.now()
        event = makers.event(
            event_id=f"cart-{number}",
            event_type="left",
            client_id=f"client-{number}",
            identity=f"{number}@example.org",
            **dict.fromkeys(("occurred_at", "sent_at", "received_at"), now),
        )
        self.left[event.event_id] = event
        self.put(event, takes)

    @precondition(lambda self: self.left)
    @rule(data=st.data(), takes=WRITES_TAKE)
    def a_cart_is_bought(self, data: st.DataObject, takes: timedelta) -> None:
        left = data.draw(st.sampled_from(sorted(self.left.values(), key=lambda each: each.event_id)))
        self.buy(left, takes)

    @precondition(lambda self: self.left)
    @rule(data=st.data(), takes=WRITES_TAKE)
    def a_cart_is_bought_in_the_last_instant(self, data: st.DataObject, takes: timedelta) -> None:
        left = data.draw(st.sampled_from(sorted(self.left.values(), key=lambda each: each.event_id)))
        due_at = left.received_at + DELAY
        if self.clock.now() < due_at:
            self.clock.instant = due_at
            self.land()
            self.buy(left, takes)

    def buy(self, left: Event, takes: timedelta) -> None:
        self.clock.pass_time(INSTANT if self.clock.now() == left.received_at else timedelta(0))
        now = self.clock.now()
        event = replace(left, event_id=f"purchase-{len(self.bought)}", event_type="bought", received_at=now)
        self.bought.append((event, now + takes))
        self.put(event, takes)

    @rule(span=st.sampled_from([INSTANT, timedelta(seconds=7), SETTLE, MINUTE, DELAY, timedelta(minutes=40)]))
    def time_passes(self, span: timedelta) -> None:
        self.clock.pass_time(span)
        self.land()

    @rule()
    def a_run_is_made(self) -> None:
        self.run()

    @rule(call=st.integers(0, 14))
    def a_run_crashes(self, call: int) -> None:
        calls = iter(range(1_000))
        self.run(lambda _name, _point: next(calls) == call)

    @rule(call=st.integers(0, 14))
    def a_run_is_overtaken_by_another(self, call: int) -> None:
        calls = iter(range(1_000))

        def overtake(_name: str, _point: str) -> bool:
            if next(calls) == call:
                self.evaluation().evaluate(PARTNER_ID)
            return False

        with suppress(Crash):
            self.evaluation(overtake).evaluate(PARTNER_ID)

    @rule(works=st.booleans())
    def the_exit_condition_fails_or_works(self, *, works: bool) -> None:
        if works:
            self.engine.refused.clear()
        else:
            self.engine.refused[EXITS] = QueryFailure("", QueryFault.CPU_LIMIT, "it takes longer than 5 s")

    @precondition(lambda self: self.handover.matches)
    @rule(choice=st.integers(0, 100), twice=st.booleans())
    def a_match_is_taken_from_the_queue(self, choice: int, *, twice: bool) -> None:
        match = self.handover.matches.pop(choice % len(self.handover.matches))
        if twice:
            self.handover.matches.append(match)
        self.send(match)

    @precondition(lambda self: any(match.exit for match in self.handover.matches))
    @rule(span=st.sampled_from([MAX_EXIT_AGE, MAX_EXIT_AGE + SETTLE]))
    def a_cart_is_bought_while_its_match_is_in_the_queue(self, span: timedelta) -> None:
        match = next(match for match in self.handover.matches if match.exit)
        self.clock.pass_time(INSTANT)
        self.buy(self.left[match.event_id], timedelta(0))
        self.time_passes(span)
        self.handover.matches.remove(match)
        self.send(match)

    def send(self, match: Match) -> None:
        self.sending.send(match)

    @rule(state=st.sampled_from([HoldState.APPROVED, HoldState.DISCARDED]))
    def a_person_answers(self, state: HoldState) -> None:
        for hold in self.answering.waiting(PARTNER_ID):
            if state is HoldState.APPROVED:
                self.answering.approve(hold, "ana")
            else:
                self.answering.discard(hold, "ana")
                self.discarded_until = self.clock.now()

    @rule()
    def the_flow_is_paused_or_resumed(self) -> None:
        if self.flow.status is FlowStatus.LIVE:
            self.flow = self.house.flows.pause(self.flow, PauseMode.HOLD)
        else:
            self.flow = self.house.flows.resume(self.flow)

    def put(self, event: Event, takes: timedelta) -> None:
        self.in_the_air.append((self.clock.now() + takes, event))
        self.land()

    def land(self) -> None:
        for done_at, event in list(self.in_the_air):
            if done_at <= self.clock.now():
                self.events.append(event, 1)
                self.in_the_air.remove((done_at, event))

    @invariant()
    def nobody_is_messaged_who_bought_in_time_or_a_minute_before(self) -> None:
        for purchase, stored_at in self.bought:
            for event_id, at in self.channel.left_at.items():
                left = self.left[event_id]
                if left.client_id == purchase.client_id and purchase.received_at > left.received_at:
                    assert purchase.received_at > left.received_at + DELAY
                    assert stored_at > at - MAX_EXIT_AGE

    def teardown(self) -> None:
        if self.flow.status is FlowStatus.PAUSED:
            self.the_flow_is_paused_or_resumed()
        self.engine.refused.clear()
        for _ in range(8):
            self.time_passes(timedelta(minutes=15))
            self.a_person_answers(HoldState.APPROVED)
            self.run()
            while self.handover.matches:
                self.send(self.handover.matches.pop())
        assert not self.deferrals.kept
        for event in self.left.values():
            self.check_the_end_of(event)

    def check_the_end_of(self, event: Event) -> None:
        decision = self.deliveries.find(PARTNER_ID, self.flow.flow_id, event.event_id)
        assert decision is not None
        bought_at = [each.received_at for each, _ in self.bought if each.client_id == event.client_id]
        if decision.reason is SkipReason.SAFETY_HOLD:
            assert self.discarded_until is not None
            assert event.received_at <= self.discarded_until
        elif decision.outcome is Outcome.SKIPPED:
            assert decision.reason is SkipReason.EXITED
            assert max(bought_at) > event.received_at
        else:
            assert decision.outcome is Outcome.SENT
            assert event.event_id in self.channel.left_at


RUNS = settings(max_examples=500, stateful_step_count=30, deadline=None)
BROKEN_RUNS = settings(RUNS, max_examples=10_000, derandomize=True, phases=[Phase.generate])


def test_who_bought_gets_nothing_everybody_else_one_message_and_a_held_run_waits() -> None:
    run_state_machine_as_test(Waiting, settings=RUNS)


def test_a_sweep_that_does_not_wait_until_all_has_settled_would_message_buyers() -> None:
    class TooHasty(Waiting):
        settle = WRITE_DEADLINE - timedelta(seconds=5)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(TooHasty, settings=BROKEN_RUNS)


def test_a_verdict_that_was_believed_for_ever_would_message_buyers() -> None:
    class TooTrusting(Waiting):
        limit = None

        def send(self, match: Match) -> None:
            verdict = match.exit and replace(match.exit, judged_at=self.clock.now())
            super().send(replace(match, exit=verdict))

    with pytest.raises(AssertionError):
        run_state_machine_as_test(TooTrusting, settings=BROKEN_RUNS)
