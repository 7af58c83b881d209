"""Sending in disorder: repeats, reorders, overlaps, deaths at every call, faults of the channel, people who leave.

Each world is a queue that delivers at least once, flows that differ in their rules and channels, and four contacts.
Worlds are drawn from a seed, which a failure names; over all of them there are more than 100,000 deliveries of matches.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

import pytest

from signalbox.domain.branches import Branches, DefaultBranch
from signalbox.domain.contacts import Contact, Trait
from signalbox.domain.content import NO_BLOCKS, Blocks, ContentProblem, Names, Parts
from signalbox.domain.contents import EmailContent, PushContent, SmsContent, WebhookContent
from signalbox.domain.decision_names import DecisionName
from signalbox.domain.decisions import CLAIM_LEASE, Match, Outcome, SkipReason
from signalbox.domain.errors import Ambiguous, Gone, NotTried, Rejected, SignalboxError, Throttled, Transient
from signalbox.domain.experiments import Experiment, Variant
from signalbox.domain.feedback import ProviderEvent, ProviderNews
from signalbox.domain.flows import FlowChanges, FlowRules
from signalbox.domain.frequency import ReEntry
from signalbox.domain.messages import EmailMessage
from signalbox.domain.partners import FrequencyCap
from signalbox.domain.quiet_hours import QuietHours
from signalbox.domain.suppressions import Scope, Suppression, SuppressionReason
from signalbox.domain.waits import Wait
from signalbox.domain.webhooks import WebhookMessage, payload_of
from signalbox.services.feedback import ProviderFeedback
from signalbox.services.redeciding import Redeciding
from signalbox.services.sending import Claimed, Sending, together
from signalbox.services.suppressing import Suppressing
from tests.fakes.others import Crash, Crashing, CrashPlan, FakeRenderer, never
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID
from tests.unit.sending import APPLICATION, ENDPOINT, NUMBER, House, wired
from tests.unit.webhooks import destination

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CAPS = (FrequencyCap("email", 2, DAY), FrequencyCap("email", 3, 7 * DAY), FrequencyCap("sms", 2, DAY))
COOL_DOWN = 20 * HOUR
EXPERIMENT = Experiment("experiment_9", (Variant("a", 1), Variant("b", 2, "b")), holdout_percent=30)
CONTENTS = {"b": EmailContent("B", "B")}
FLOWS: dict[str, FlowRules] = {
    "split": {"experiment": EXPERIMENT, "contents": CONTENTS, "quiet_hours": QuietHours(time(22), time(7))},
    "cooling": {"re_entry": ReEntry.cool_down(COOL_DOWN), "wait": Wait(HOUR)},
    "once": {"re_entry": ReEntry.once(), "branches": Branches(default=DefaultBranch("Everybody"))},
    "transactional": {"is_transactional": True},
}  # fmt: skip
FLOWS_BY_CHANNEL: dict[str, FlowChanges] = {
    "posting": {"content": WebhookContent("single", "{}"), "re_entry": ReEntry.at_most(5, DAY)},
    "batching": {"content": WebhookContent("batched", "{}")},
    "texting": {"content": SmsContent("Hi"), "wait": Wait(HOUR)},
    "pushing": {"content": PushContent("Hi", "Hi"), "quiet_hours": QuietHours(time(22), time(7))},
    "mixed": {
        "experiment": Experiment("experiment_2", (Variant("a", 1), Variant("b", 1, "post"), Variant("c", 1, "text"))),
        "contents": {"post": WebhookContent("batched", "{}"), "text": SmsContent("Hi")},
    },
    "turning": {},
}
TURNS: Sequence[FlowChanges] = [
    {"content": content, "quiet_hours": quiet_hours}
    for content in (WebhookContent("single", "{}"), EmailContent("Hi", "Hi"))
    for quiet_hours in (None, QuietHours(time(8), time(20)))
]
"""What a person makes of the flow `turning`, again and again."""
ONCE_ONLY = {"email", "sms", "push"}
CONTACTS = [f"{name}@example.org" for name in ("ana", "ben", "eva", "ida")]
HELD_OUT = {each for each in CONTACTS if EXPERIMENT.assigned(each) is None}
EVENTS = 10
STEPS = 400
WORLDS, PARTS = 40, 5
SPOILT = 0.1
"""Of how many deliveries the templates fail."""
OTHER_CHANNELS = {"webhooks": "webhook", "sms": "sms", "push": "push"}
"""The channels beside e-mail, by their ports."""
DELIVERIES = 100_000
NO_MESSAGE = {Outcome.SKIPPED, Outcome.HELD_OUT, Outcome.FAILED}


type Name = tuple[str, str]
"""A decision's flow and event."""


class NamingRenderer(FakeRenderer):
    """Says in every part of what is no e-mail whose decision it is; now and then a template fails."""

    def __init__(self, world: "World") -> None:
        super().__init__()
        if not world.in_order and world.random.random() < SPOILT:
            self.problem = ContentProblem(SkipReason.CONTENT_ERROR, "said so")

    def render_parts(
        self, parts: Parts, names: Names, blocks: Blocks = NO_BLOCKS
    ) -> Mapping[str, str] | ContentProblem:
        said = json.dumps([names["flow"]["id"], names["event"]["event_id"]])
        return self.problem or dict.fromkeys(parts, said)


class Witness:
    """A channel that keeps when what left for whom, and loses answers; a refusal does not leave."""

    def __init__(self, world: "World", channel: str) -> None:
        self.world = world
        self.channel = channel

    def send(self, *told: Any) -> str:
        message = told[-1]
        names = self.names_in(message)
        fault = self.world.fault(self.channel)
        may_hide = isinstance(fault, Ambiguous) or (self.channel == "webhook" and isinstance(fault, Transient))
        if may_hide:
            self.world.hidden.update(names)
        if fault is None or (may_hide and self.world.random.random() < 0.5):
            for name in names:
                self.world.leave(name, self.channel)
        if fault:
            raise fault
        return "provider-1"

    def names_in(self, message: Any) -> list[Name]:
        """Tell whose message it is; what a POST says must follow from the decisions in it."""
        match message:
            case EmailMessage():
                assert message.decision is not None
                return [(message.decision.flow_id, message.decision.event_id)]
            case WebhookMessage():
                said = json.loads(message.body)
                payloads = said.get("batch", [said])
                names = [(flow_id, event_id) for flow_id, event_id in (each["data"] for each in payloads)]
                assert [each["id"] for each in payloads] == [payload_id(name) for name in names]
                assert len(set(names)) == len(names) <= 3
                self.world.ids_by_names.setdefault(tuple(names), set()).add(message.webhook_id)
                return names
            case _:
                flow_id, event_id = json.loads(message.text)
                return [(flow_id, event_id)]


def payload_id(name: Name) -> str:
    return payload_of(PARTNER_ID, *name, NOON, "{}").message_id


class World:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - drawn anew for each world, the same each time
        self.house = House()
        self.house.partners.by_id[PARTNER_ID] = makers.partner(caps=CAPS, push_applications=(APPLICATION,))
        for destination_id, batch_size in (("single", 1), ("batched", 3)):
            registered = destination(destination_id=destination_id, batch_size=batch_size)
            self.house.destinations.by_id[PARTNER_ID, destination_id] = registered
        traits = {"phone": Trait(f'"{NUMBER}"', NOON), "push_endpoint_arn": Trait(f'"{ENDPOINT}"', NOON)}
        for identity in CONTACTS:
            self.house.contacts.profiles[PARTNER_ID, identity] = Contact(PARTNER_ID, identity, traits)
        self.witnesses = {
            "channel": Witness(self, "email"),
            **{port: Witness(self, channel) for port, channel in OTHER_CHANNELS.items()},
        }
        self.left: list[tuple[Name, str, datetime]] = []
        self.ids_by_names: dict[tuple[Name, ...], set[str]] = {}
        self.suppressed: set[str] = set()
        self.hidden: set[Name] = set()
        self.deliveries = 0
        self.mended = 0
        self.in_order = False
        self.queue: list[Match] = []
        for flow_id, rules in {**FLOWS, **FLOWS_BY_CHANNEL}.items():
            self.house.registry.save_flow(makers.flow(flow_id=flow_id, **rules))
        self.names = {
            (flow_id, f"event-{number}"): CONTACTS[number % len(CONTACTS)]
            for flow_id in (*FLOWS, *FLOWS_BY_CHANNEL)
            for number in range(EVENTS)
        }
        self.unmet = list(self.names)
        self.random.shuffle(self.unmet)

    def fault(self, channel: str) -> Exception | None:
        if self.in_order:
            return None
        drawn = self.random.random()
        kinds = [(0.08, Transient), (0.12, Throttled), (0.18, Ambiguous), (0.24, Rejected)]
        if channel != "email":
            kinds.append((0.26, Gone if channel in {"sms", "push"} else NotTried))
        return next((kind("said so") for share, kind in kinds if drawn < share), None)

    def leave(self, name: Name, channel: str) -> None:
        assert self.names[name] not in self.suppressed, "a suppressed contact got a message"
        self.left.append((name, channel, self.house.clock.now()))

    def happen(self) -> None:
        """Let an event come in and be found for one flow."""
        if not self.unmet:
            return
        flow_id, event_id = name = self.unmet.pop()
        now, identity = self.house.clock.now(), self.names[name]
        event = makers.event(event_id=event_id, identity=identity, email=identity, occurred_at=now, received_at=now)
        self.house.events.append(event, 1)
        named = {"flow_id": flow_id, "event_id": event_id, "identity": identity}
        self.queue.append(makers.match(received_at=now, matched_at=now, max_event_age=2 * DAY, **named))

    def deliver(self, plan: CrashPlan = never) -> None:
        """Give a worker some messages of the queue, which stay there unless it answers, and at times even then."""
        some = self.random.sample(self.queue, min(len(self.queue), self.random.choice([1, 1, 1, 3, 5])))
        self.deliveries += len(some)
        ports = self.house.ports | {"renderer": NamingRenderer(self), **self.witnesses}
        watched = ports if plan is never else {name: Crashing(port, plan) for name, port in ports.items()}
        for match in self._answered(wired({**watched, "clock": self.house.clock}), some):
            if match in self.queue and (self.in_order or self.random.random() < 0.4):
                self.queue.remove(match)

    def _answered(self, service: Sending, some: Sequence[Match]) -> Iterator[Match]:
        """Do as the send function does, and give what need not come again; whoever dies hides what was in hand."""
        in_hand: set[Name] = set()
        claimed: list[Claimed] = []
        try:
            for match in some:
                name = match.flow_id, match.event_id
                in_hand.add(name)
                with suppress(SignalboxError):
                    begun = service.begin(match)
                    if isinstance(begun, Claimed):
                        claimed.append(begun)
                        continue
                    yield match
                in_hand.discard(name)
            for group in together(claimed):
                for each, result in zip(group, service.finish(group), strict=True):
                    if not isinstance(result, SignalboxError):
                        yield each.considered.match
        except Crash:
            self.hidden |= in_hand

    def turn(self) -> None:
        """Let a person edit a live flow, so that its next messages go over another channel, or wait."""
        standing = self.house.registry.flows[PARTNER_ID, "turning"]
        turned = makers.flow(flow_id="turning", version=standing.version + 1, **self.random.choice(TURNS))
        self.house.registry.save_flow(turned)

    def mend(self, plan: CrashPlan = never) -> None:
        """Let a person ask for some again, whatever became of them, and perhaps die."""
        ports = {name: Crashing(self.house.ports[name], plan) for name in ("deliveries", "deferrals")}
        redeciding = Redeciding(clock=self.house.clock, **ports)
        asked = self.random.sample(list(self.names), len(self.names) // 2 if self.in_order else 10)
        for flow_id, event_id in asked:
            with suppress(Crash):
                refusal = redeciding.redecide(self.house.registry.flows[PARTNER_ID, flow_id], [event_id])[event_id]
                self.mended += refusal is None

    def mend_and_die(self) -> None:
        calls, last = iter(range(1000)), self.random.randrange(6)
        self.mend(lambda _name, _point: next(calls) == last)

    def deliver_to_one_who_dies(self) -> None:
        calls, last = iter(range(1000)), self.random.randrange(24)
        self.deliver(lambda _name, _point: next(calls) == last)

    def deliver_to_some_at_once(self, depth: int = 2) -> None:
        """Let others work, and perhaps die, between any two calls of a worker."""
        calls, overtaken = iter(range(1000)), self.random.randrange(24)

        def overtake(_name: str, _point: str) -> bool:
            if next(calls) == overtaken:
                if depth and self.random.random() < 0.5:
                    self.deliver_to_some_at_once(depth - 1)
                elif self.random.random() < 0.2:
                    self.mend()
                else:
                    self.deliver_to_one_who_dies()
            return False

        self.deliver(overtake)

    def take_up(self) -> None:
        """Hand over what is due, as the evaluation does: first to the queue, then out, perhaps dying in between."""
        for each in list(self.house.deferrals.due(PARTNER_ID, self.house.clock.now())):
            self.queue.append(each.match)
            if self.in_order or self.random.random() < 0.9:
                self.house.deferrals.remove_all([each])

    def step(self) -> None:
        drawn = self.random.random()
        if drawn < 0.25:
            self.happen()
        elif drawn < 0.28:
            spans = [timedelta(seconds=7), CLAIM_LEASE, HOUR, 5 * HOUR, COOL_DOWN]
            self.house.clock.pass_time(self.random.choice(spans))
        elif drawn < 0.30:
            self.take_up()
        elif drawn < 0.302:
            self.unsubscribe(self.random.choice(CONTACTS))
        elif drawn < 0.32:
            self.tell()
        elif drawn < 0.34:
            self.random.choice([self.mend, self.mend_and_die])()
        elif drawn < 0.36:
            self.turn()
        else:
            self.random.choice([self.deliver, self.deliver_to_one_who_dies, self.deliver_to_some_at_once])()

    def unsubscribe(self, identity: str) -> None:
        self.suppressed.add(identity)
        named = PARTNER_ID, identity, SuppressionReason.UNSUBSCRIBED, Scope.ALL
        self.house.suppressions.add(Suppression(*named, self.house.clock.now(), "recipient"))

    def tell(self) -> None:
        """Let the provider tell of e-mails that left, as late and as often as it likes."""
        suppressing = Suppressing(clock=self.house.clock, suppressions=self.house.suppressions)
        feedback = ProviderFeedback(clock=self.house.clock, deliveries=self.house.deliveries, suppressing=suppressing)
        by_email = [(name, at) for name, channel, at in self.left if channel == "email"]
        for name, at in by_email if self.in_order else by_email[-2:]:
            told = ProviderEvent(ProviderNews.DELIVERED, at, "provider-1", DecisionName.of(PARTNER_ID, *name))
            with suppress(Transient):
                feedback.take(told)

    def come_to_rest(self) -> None:
        """Let nothing more go wrong until nothing is left to do."""
        self.in_order = True
        while self.unmet:
            self.happen()
        self.mend()
        for _ in range(200):
            self.house.clock.pass_time(HOUR)
            self.take_up()
            for _ in range(len(self.queue)):
                self.deliver()
            if not self.queue and not self.house.deferrals.kept:
                self.tell()
                return
        raise AssertionError(f"there is no end to {len(self.queue)} matches")

    def check(self) -> None:
        self._nobody_gets_too_much()
        left = Counter((name, channel) for name, channel, _ in self.left)
        channels = dict(left)
        assert max((left[each] for each in left if each[1] in ONCE_ONLY), default=0) <= 1, (
            "two messages of one decision"
        )
        assert len(channels) == len({name for name, _ in channels}), "a decision went over two channels"
        assert all(len(ids) == 1 for ids in self.ids_by_names.values()), "a POST that came again had another name"
        for name in self.names:
            self._check_decision(name, dict(channels.keys()).get(name))

    def _check_decision(self, name: Name, channel: str | None) -> None:
        """Compare the record with what left; a webhook that was tried may have arrived before the record denies it."""
        decision = self.house.deliveries.find(PARTNER_ID, *name)
        assert decision is not None, "a match has no outcome"
        assert decision.outcome not in {Outcome.IN_FLIGHT, Outcome.DEFERRED}
        if channel in ONCE_ONLY or (channel is not None and name not in self.hidden):
            assert decision.outcome in {Outcome.SENT, Outcome.UNKNOWN}, "the record denies a message"
        if decision.outcome is Outcome.SENT:
            assert channel == decision.channel, "the record claims a message"
        if decision.outcome is Outcome.UNKNOWN:
            assert name in self.hidden, "unknown though nothing hid it"
            assert channel != "email", "unknown though the provider told"

    def _nobody_gets_too_much(self) -> None:
        for identity in CONTACTS:
            own = [(name[0], channel, at) for name, channel, at in self.left if self.names[name] == identity]
            for cap in CAPS:
                counted = [at for flow_id, channel, at in own if channel == cap.channel and flow_id != "transactional"]
                assert _most_within(counted, cap.period) <= cap.messages, "a cap was exceeded"
            assert _most_within([at for flow_id, _, at in own if flow_id == "cooling"], COOL_DOWN) <= 1
            assert sum(flow_id == "once" for flow_id, _, _ in own) <= 1
            assert identity not in HELD_OUT or all(flow_id != "split" for flow_id, _, _ in own), (
                "held out, yet messaged"
            )
        self._no_place_is_kept_for_nothing()

    def _no_place_is_kept_for_nothing(self) -> None:
        """A decision that ended without a message, and whose worker did not die, has no place."""
        for touches in self.house.contacts.touches.values():
            for name in {*((each.flow_id, each.event_id) for each in touches.touches), *touches.entered.items()}:
                decision = self.house.deliveries.find(PARTNER_ID, *name)
                assert decision is not None
                assert decision.outcome not in NO_MESSAGE or name in self.hidden


def _most_within(instants: Iterable[datetime], period: timedelta) -> int:
    each_once = sorted(instants)
    return max((sum(end - period < at <= end for at in each_once) for end in each_once), default=0)


@pytest.mark.parametrize("part", range(PARTS))
def test_no_disorder_sends_twice_or_too_much_or_leaves_a_match_without_an_outcome(part: int) -> None:
    deliveries, mended, outcomes, channels = 0, 0, Counter[str](), Counter[str]()
    for seed in range(part * WORLDS, (part + 1) * WORLDS):
        world = World(seed)
        for _ in range(STEPS):
            world.step()
        world.come_to_rest()
        try:
            world.check()
        except AssertionError as failure:
            raise AssertionError(f"world {seed}: {failure}") from failure
        deliveries += world.deliveries
        mended += world.mended
        outcomes.update(each.outcome for each in world.house.deliveries.decisions.values())
        channels.update(channel for _, channel, _ in world.left)

    assert deliveries > DELIVERIES / PARTS
    assert mended > WORLDS
    assert set(channels) == {*ONCE_ONLY, "webhook"}
    assert all(outcomes[each] for each in (Outcome.SENT, Outcome.UNKNOWN, Outcome.FAILED, *NO_MESSAGE))


def test_the_contacts_are_enough_for_some_to_be_held_out_and_some_not() -> None:
    assert 0 < len(HELD_OUT) < len(CONTACTS)
    assert NOON.hour == 12
