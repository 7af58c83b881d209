"""Sending in disorder: repeats, reorders, overlaps, deaths at every call, faults of the channel, people who leave.

Each world is a queue that delivers at least once, four flows that differ in their rules, and four contacts. Worlds are
drawn from a seed, which a failure names; over all of them there are more than 100,000 deliveries of matches.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from random import Random

import pytest

from signalbox.domain.branches import Branches, DefaultBranch
from signalbox.domain.decisions import CLAIM_LEASE, Match, Outcome
from signalbox.domain.errors import Ambiguous, Rejected, SignalboxError, Throttled, Transient
from signalbox.domain.experiments import Experiment, Variant
from signalbox.domain.flows import EmailContent, FlowRules
from signalbox.domain.frequency import ReEntry
from signalbox.domain.messages import EmailMessage
from signalbox.domain.partners import FrequencyCap
from signalbox.domain.quiet_hours import QuietHours
from signalbox.domain.waits import Wait
from tests.fakes.others import Crash, Crashing, CrashPlan, FakeChannel, never
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID
from tests.unit.sending import House, wired

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CAPS = (FrequencyCap("email", 2, DAY), FrequencyCap("email", 3, 7 * DAY))
COOL_DOWN = 20 * HOUR
EXPERIMENT = Experiment("experiment_9", (Variant("a", 1), Variant("b", 2, "b")), holdout_percent=30)
CONTENTS = {"b": EmailContent("B", "B")}
FLOWS: dict[str, FlowRules] = {
    "split": {"experiment": EXPERIMENT, "contents": CONTENTS, "quiet_hours": QuietHours(time(22), time(7))},
    "cooling": {"re_entry": ReEntry.cool_down(COOL_DOWN), "wait": Wait(HOUR)},
    "once": {"re_entry": ReEntry.once(), "branches": Branches(default=DefaultBranch("Everybody"))},
    "transactional": {"is_transactional": True},
}  # fmt: skip
CONTACTS = [f"{name}@example.org" for name in ("ana", "ben", "eva", "ida")]
HELD_OUT = {each for each in CONTACTS if EXPERIMENT.assigned(each) is None}
EVENTS = 10
STEPS = 400
WORLDS, PARTS = 130, 5
DELIVERIES = 100_000
NO_MESSAGE = {Outcome.SKIPPED, Outcome.HELD_OUT, Outcome.FAILED}


class Witness(FakeChannel):
    """Keeps when what left for whom, and loses answers; a refusal does not leave."""

    def __init__(self, world: "World") -> None:
        super().__init__()
        self.world = world
        self.left: list[tuple[str, str, str, datetime]] = []

    def send(self, message: EmailMessage) -> str:
        assert message.decision is not None
        name = message.decision.flow_id, message.decision.event_id
        fault = self.world.fault()
        if isinstance(fault, Ambiguous):
            self.world.hidden.add(name)
        if fault is None or (isinstance(fault, Ambiguous) and self.world.random.random() < 0.5):
            assert message.to.lower() not in self.world.suppressed, "a suppressed contact got a message"
            self.left.append((*name, message.to.lower(), self.world.house.clock.now()))
        if fault:
            raise fault
        return "provider-1"


class World:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - drawn anew for each world, the same each time
        self.house = House()
        self.house.partners.by_id[PARTNER_ID] = makers.partner(caps=CAPS)
        self.channel = Witness(self)
        self.suppressed: set[str] = set()
        self.hidden: set[tuple[str, str]] = set()
        self.deliveries = 0
        self.in_order = False
        self.queue: list[Match] = []
        for flow_id, rules in FLOWS.items():
            self.house.registry.save_flow(makers.flow(flow_id=flow_id, **rules))
        self.names = {
            (flow_id, f"event-{number}"): CONTACTS[number % len(CONTACTS)]
            for flow_id in FLOWS
            for number in range(EVENTS)
        }
        self.unmet = list(self.names)
        self.random.shuffle(self.unmet)

    def fault(self) -> Exception | None:
        if self.in_order:
            return None
        drawn = self.random.random()
        kinds = [(0.08, Transient), (0.12, Throttled), (0.18, Ambiguous), (0.24, Rejected)]
        return next((kind("said so") for share, kind in kinds if drawn < share), None)

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
        """Give a message of the queue to a worker; it stays there unless the worker answers, and at times even then."""
        if not self.queue:
            return
        match = self.random.choice(self.queue)
        self.deliveries += 1
        house = self.house
        ports = {
            "partners": house.partners,
            "live_flows": house.registry,
            "events": house.events,
            "contacts": house.contacts,
            "places": house.places,
            "deliveries": house.deliveries,
            "deferrals": house.deferrals,
            "renderer": house.renderer,
            "conditions": house.conditions,
            "channel": self.channel,
        }
        watched = ports if plan is never else {name: Crashing(port, plan) for name, port in ports.items()}
        try:
            wired({**watched, "clock": house.clock}).send(match)
        except Crash:
            self.hidden.add((match.flow_id, match.event_id))
            return
        except SignalboxError:
            return
        if match in self.queue and (self.in_order or self.random.random() < 0.4):
            self.queue.remove(match)

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
            identity = self.random.choice(CONTACTS)
            self.suppressed.add(identity)
            self.house.contacts.suppressions[PARTNER_ID, identity] = frozenset({"unsubscribed"})
        else:
            self.random.choice([self.deliver, self.deliver_to_one_who_dies, self.deliver_to_some_at_once])()

    def come_to_rest(self) -> None:
        """Let nothing more go wrong until nothing is left to do."""
        self.in_order = True
        while self.unmet:
            self.happen()
        for _ in range(200):
            self.house.clock.pass_time(HOUR)
            self.take_up()
            for _ in range(len(self.queue)):
                self.deliver()
            if not self.queue and not self.house.deferrals.kept:
                return
        raise AssertionError(f"there is no end to {len(self.queue)} matches")

    def check(self) -> None:
        self._nobody_gets_too_much()
        left = Counter((flow_id, event_id) for flow_id, event_id, _, _ in self.channel.left)
        assert max(left.values(), default=0) <= 1, "a decision sent two messages"
        for name in self.names:
            decision = self.house.deliveries.find(PARTNER_ID, *name)
            assert decision is not None, "a match has no outcome"
            assert decision.outcome not in {Outcome.IN_FLIGHT, Outcome.DEFERRED}
            if name in left:
                assert decision.outcome in {Outcome.SENT, Outcome.UNKNOWN}, "the record denies a message"
            if decision.outcome is Outcome.SENT:
                assert name in left, "the record claims a message"
            if decision.outcome is Outcome.UNKNOWN:
                assert name in self.hidden, "unknown though nothing hid it"

    def _nobody_gets_too_much(self) -> None:
        for identity in CONTACTS:
            own = [(flow_id, at) for flow_id, _, to, at in self.channel.left if to == identity]
            counted = [at for flow_id, at in own if flow_id != "transactional"]
            for cap in CAPS:
                assert _most_within(counted, cap.period) <= cap.messages, "a cap was exceeded"
            assert _most_within([at for flow_id, at in own if flow_id == "cooling"], COOL_DOWN) <= 1
            assert sum(flow_id == "once" for flow_id, _ in own) <= 1
            assert identity not in HELD_OUT or all(flow_id != "split" for flow_id, _ in own), "held out, yet messaged"
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
    deliveries, outcomes = 0, Counter[str]()
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
        outcomes.update(each.outcome for each in world.house.deliveries.decisions.values())

    assert deliveries > DELIVERIES / PARTS
    assert all(outcomes[each] for each in (Outcome.SENT, Outcome.UNKNOWN, Outcome.FAILED, *NO_MESSAGE))


def test_the_contacts_are_enough_for_some_to_be_held_out_and_some_not() -> None:
    assert 0 < len(HELD_OUT) < len(CONTACTS)
    assert NOON.hour == 12
