"""Invariant 4: at most one decision for each (flow, event), under any interleaving, repetition and crash."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from signalbox.domain.content import NO_BLOCKS, Blocks, ContentProblem, Names
from signalbox.domain.contents import EmailContent
from signalbox.domain.decisions import CLAIM_LEASE, Outcome
from signalbox.domain.errors import Ambiguous, SignalboxError, Transient
from signalbox.domain.messages import EmailMessage
from signalbox.domain.partners import FrequencyCap
from tests.fakes.others import Crash, Crashing, CrashPlan, FakeChannel, FakeClock, FakeConditions, FakeRenderer, never
from tests.fakes.stores import (
    FakeContacts,
    FakeCursors,
    FakeDeferrals,
    FakeDeliveries,
    FakeEvents,
    FakePartners,
    FakePlaces,
    FakeRegistry,
)
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID
from tests.unit.sending import beside_email, wired

EVENT_IDS = ("event-1", "event-2", "event-3")


class AddressedChannel(FakeChannel):
    """Knows which event each message was for by its subject, and may lose its answer after sending."""

    def __init__(self) -> None:
        super().__init__()
        self.loses_answer = False

    def send(self, message: EmailMessage) -> str:
        answer = super().send(message)
        if self.loses_answer:
            raise Ambiguous("no answer")
        return answer


class NamingRenderer(FakeRenderer):
    """Puts the event's name into the subject."""

    def render(
        self, content: EmailContent, names: Names, to: str, blocks: Blocks = NO_BLOCKS
    ) -> EmailMessage | ContentProblem:
        return EmailMessage(to, names["event"]["event_id"], "text", None, None)


class Workers(RuleBasedStateMachine):
    """Workers that get the same matches again and again, overlap at any call, and die at any call."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock(NOON + timedelta(minutes=1))
        partners = FakePartners(makers.partner(caps=(FrequencyCap("email", 10, timedelta(days=1)),)))
        registry = FakeRegistry(partners, FakeCursors())
        registry.commit_trigger(makers.trigger())
        registry.save_flow(makers.flow())
        events = FakeEvents()
        for event_id in EVENT_IDS:
            events.append(makers.event(event_id=event_id), 1)
        self.contacts = FakeContacts()
        self.deliveries = FakeDeliveries()
        self.channel = AddressedChannel()
        self.ports = {
            "partners": partners,
            "live_flows": registry,
            "events": events,
            "contacts": self.contacts,
            "places": FakePlaces(self.contacts),
            "deliveries": self.deliveries,
            "deferrals": FakeDeferrals(),
            "renderer": NamingRenderer(),
            "conditions": FakeConditions(),
            "channel": self.channel,
            **beside_email(self.contacts),
        }
        self.ended: dict[str, Outcome] = {}
        self.crashes_while_sending: set[str] = set()

    def work(self, event_id: str, plan: CrashPlan = never) -> None:
        ports = {name: Crashing(port, plan) for name, port in self.ports.items()}
        with suppress(Crash, SignalboxError):
            wired({**ports, "clock": self.clock}).send(makers.match(event_id=event_id))

    @rule(event_id=st.sampled_from(EVENT_IDS))
    def a_match_is_delivered(self, event_id: str) -> None:
        self.work(event_id)

    @rule(event_id=st.sampled_from(EVENT_IDS), call=st.integers(0, 24))
    def a_worker_dies_at_some_call(self, event_id: str, call: int) -> None:
        calls = iter(range(1000))
        self.work(event_id, lambda _name, _point: next(calls) == call)

    @rule(event_id=st.sampled_from(EVENT_IDS), call=st.integers(0, 24))
    def another_worker_does_all_of_it_between_two_calls(self, event_id: str, call: int) -> None:
        calls = iter(range(1000))

        def overtake(_name: str, _point: str) -> bool:
            if next(calls) == call:
                self.work(event_id)
            return False

        self.work(event_id, overtake)

    @rule(fault=st.sampled_from([Transient("throttled"), Ambiguous("cut off")]), event_id=st.sampled_from(EVENT_IDS))
    def the_channel_fails(self, fault: Exception, event_id: str) -> None:
        self.channel.faults = [fault]
        self.work(event_id)
        self.channel.faults = []

    @rule(event_id=st.sampled_from(EVENT_IDS))
    def the_channel_sends_and_its_answer_is_lost(self, event_id: str) -> None:
        self.channel.loses_answer = True
        self.work(event_id)
        self.channel.loses_answer = False

    @rule(suppressed=st.booleans())
    def the_contact_is_suppressed_or_not(self, *, suppressed: bool) -> None:
        suppressions = frozenset({"manual"}) if suppressed else frozenset()
        self.contacts.suppressions[PARTNER_ID, "ana@example.org"] = suppressions

    @rule(span=st.sampled_from([timedelta(seconds=1), CLAIM_LEASE]))
    def time_passes(self, span: timedelta) -> None:
        self.clock.pass_time(span)

    @invariant()
    def nobody_is_messaged_twice(self) -> None:
        subjects = [message.subject for message in self.channel.sent]
        assert len(subjects) == len(set(subjects))

    @invariant()
    def an_end_is_never_changed(self) -> None:
        for event_id in EVENT_IDS:
            decision = self.deliveries.find(PARTNER_ID, "flow_1", event_id)
            if event_id in self.ended:
                assert decision is not None
                assert decision.outcome is self.ended[event_id]
            elif decision and decision.outcome not in {Outcome.IN_FLIGHT, Outcome.DEFERRED}:
                self.ended[event_id] = decision.outcome

    @invariant()
    def the_record_never_denies_a_message_that_left(self) -> None:
        for message in self.channel.sent:
            decision = self.deliveries.find(PARTNER_ID, "flow_1", message.subject)
            assert decision is not None
            assert decision.outcome in {Outcome.SENT, Outcome.UNKNOWN, Outcome.IN_FLIGHT}

    def teardown(self) -> None:
        """Whatever happened, one more quiet delivery after the lease ends every decision."""
        self.clock.pass_time(CLAIM_LEASE)
        for event_id in EVENT_IDS:
            self.work(event_id)
            decision = self.deliveries.find(PARTNER_ID, "flow_1", event_id)
            assert decision is not None
            assert decision.outcome in {Outcome.SENT, Outcome.SKIPPED, Outcome.UNKNOWN}
        self.nobody_is_messaged_twice()


def test_at_most_one_decision_for_each_flow_and_event() -> None:
    run_state_machine_as_test(Workers, settings=settings(max_examples=400, stateful_step_count=30, deadline=None))


def test_many_workers_in_threads_send_one_message() -> None:
    workers = Workers()
    order = [event_id for event_id in EVENT_IDS for _ in range(50)]
    Random(1).shuffle(order)  # noqa: S311  # any order will do

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(workers.work, order))

    assert sorted(message.subject for message in workers.channel.sent) == sorted(EVENT_IDS)
