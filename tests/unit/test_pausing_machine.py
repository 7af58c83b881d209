"""A flow that is paused and resumed at any moment: what it held is sent once, what it dropped is never sent.

Events come in, runs are made and matches are taken from the queue in any order, some long after they were handed over.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from signalbox.domain.decisions import Outcome
from signalbox.domain.flows import Flow, FlowStatus, PauseMode
from signalbox.domain.messages import EmailMessage
from signalbox.services.considering import HELD_FOR
from signalbox.services.evaluation import Evaluation
from tests.fakes.others import FakeChannel, FakeConditions, FakeEngine, FakeHandover, FakeRenderer
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

SETTLE = timedelta(seconds=1)
MAX_EVENT_AGE = timedelta(hours=2)


class Pausing(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.house = House()
        self.partner = makers.partner()
        self.house.registry.create_partner(self.partner)
        self.events, self.deliveries = FakeEvents(), FakeDeliveries()
        self.handover, self.channel = FakeHandover(), FakeChannel[EmailMessage]()
        contacts, deferrals = FakeContacts(), FakeDeferrals()
        self.evaluation = Evaluation(
            clock=self.house.clock,
            partners=self.house.partners,
            live_flows=self.house.registry,
            cursors=self.house.cursors,
            deferrals=deferrals,
            safety_holds=FakeSafetyHolds(),
            events=self.events,
            history=FakeHistory(),
            contacts=contacts,
            engine=FakeEngine(),
            handover=self.handover,
            settle=SETTLE,
        )
        ports = {
            "clock": self.house.clock,
            "partners": self.house.partners,
            "live_flows": self.house.registry,
            "events": self.events,
            "contacts": contacts,
            "places": FakePlaces(contacts),
            "deliveries": self.deliveries,
            "deferrals": deferrals,
            "renderer": FakeRenderer(),
            "conditions": FakeConditions(),
            "channel": self.channel,
            **beside_email(contacts),
        }
        self.sending = wired(ports)
        trigger = self.house.commit()
        self.house.registry.commit_trigger(replace(trigger, version=2, max_event_age=MAX_EVENT_AGE))
        flow = self.house.flows.create(PARTNER_ID, "Welcome", trigger.trigger_id, makers.flow().content)
        self.flow: Flow = self.house.flows.launch(flow)
        self.received_at: dict[str, datetime] = {}
        self.dropped: set[str] = set()
        self.unseen: set[str] = set()

    @rule()
    def an_event_comes_in(self) -> None:
        self.house.clock.pass_time(timedelta(milliseconds=1))
        event_id = f"event-{len(self.received_at)}"
        self.received_at[event_id] = now = self.house.clock.now()
        self.events.append(makers.event(event_id=event_id, occurred_at=now, sent_at=now, received_at=now), 1)
        if self.flow.pause_mode is PauseMode.DROP:
            self.unseen.add(event_id)

    @rule(span=st.sampled_from([timedelta(seconds=2), timedelta(minutes=40), timedelta(minutes=119)]))
    def time_passes(self, span: timedelta) -> None:
        self.house.clock.pass_time(span)

    @rule()
    def a_run_is_made(self) -> None:
        self.evaluation.evaluate(PARTNER_ID)

    @precondition(lambda self: self.handover.matches)
    @rule(choice=st.integers(0, 100))
    def a_match_is_taken_from_the_queue(self, choice: int) -> None:
        self.sending.send(self.handover.matches.pop(choice % len(self.handover.matches)))

    @precondition(lambda self: self.flow.status is FlowStatus.LIVE)
    @rule(mode=st.sampled_from(PauseMode))
    def it_is_paused(self, mode: PauseMode) -> None:
        if mode is PauseMode.DROP:  # what no run has seen by then may be dropped with the rest
            position = self.house.cursors.of_partner(PARTNER_ID)[self.flow.flow_id].position
            self.dropped |= {event_id for event_id, at in self.received_at.items() if at > position}
            self.dropped |= {match.event_id for match in self.handover.matches}
        self.flow = self.house.flows.pause(self.flow, mode)

    @precondition(lambda self: self.flow.status is FlowStatus.PAUSED)
    @rule()
    def it_is_resumed(self) -> None:
        self.house.clock.pass_time(timedelta(milliseconds=1))
        self.flow = self.house.flows.resume(self.flow)

    @invariant()
    def nobody_gets_two_messages_for_one_event(self) -> None:
        sent = [each for each in self.deliveries.decisions.values() if each.outcome is Outcome.SENT]
        assert len(self.channel.sent) == len(sent)

    def teardown(self) -> None:
        if self.flow.status is FlowStatus.PAUSED:
            self.it_is_resumed()
        resumed_at = self.house.clock.now()
        self.house.clock.pass_time(HELD_FOR + SETTLE)
        self.evaluation.evaluate(PARTNER_ID)
        while self.handover.matches:
            self.sending.send(self.handover.matches.pop())
        for event_id, at in self.received_at.items():
            decision = self.deliveries.find(PARTNER_ID, self.flow.flow_id, event_id)
            if event_id in self.unseen:
                assert decision is None
            elif event_id not in self.dropped and resumed_at - at < MAX_EVENT_AGE - HELD_FOR:
                assert decision is not None
                assert decision.outcome is Outcome.SENT
            assert decision is None or decision.outcome is not Outcome.DEFERRED


TestPausing = Pausing.TestCase
TestPausing.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
