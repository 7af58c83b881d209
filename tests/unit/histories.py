"""A world of two partners for random histories; both have the same contacts, flows and event ids.

So whatever is mixed up between them shows.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, time, timedelta
from pathlib import Path

from signalbox.domain.content import ConditionAnswer, Names
from signalbox.domain.decisions import Decision, Match
from signalbox.domain.errors import SignalboxError, Transient
from signalbox.domain.experiments import Experiment, Variant
from signalbox.domain.feedback import ProviderEvent
from signalbox.domain.flows import FilterMode, FlowChanges, SegmentFilter
from signalbox.domain.frequency import ReEntry
from signalbox.domain.partners import FrequencyCap
from signalbox.domain.queries import EventRow
from signalbox.domain.quiet_hours import QuietHours, QuietMode
from signalbox.domain.segments import ListSegment, RuleSegment
from signalbox.domain.suppressions import name_of
from signalbox.domain.waits import ExitCondition, Wait
from signalbox.services.evaluation import Evaluation
from signalbox.services.feedback import ProviderFeedback, Taken
from signalbox.services.preferences import Preferences
from signalbox.services.sending import Sending
from signalbox.services.suppressing import Suppressing
from tests.fakes.others import Crash, Crashing, CrashPlan, FakeConditions, FakeEngine, FakeHandover, never
from tests.fakes.rows import row_of
from tests.fakes.stores import FakeCursors, FakeHistory, FakeRegistry, FakeSafetyHolds
from tests.unit import makers
from tests.unit.accounts import (
    CAPS,
    DAY,
    HOUR,
    MAX_AGE,
    QUIET_FROM,
    QUIET_TO,
    WAIT,
    Account,
    Happened,
)
from tests.unit.makers import NOON
from tests.unit.sending import House, wired
from tests.unit.webhooks import destination
from tests.unit.witnesses import CONTACTS, PARTNERS, TellingRenderer, Witness, application_of, content_of, profile_of

VISITS, PURCHASES, GOLD = "VISITED", "BOUGHT", "contact.tier == 'gold'"
STAFF, GOLDEN = "staff", "golden"
LISTED = (STAFF, GOLDEN)
QUIET = QuietHours(time(QUIET_FROM), time(QUIET_TO))
EXPERIMENT = Experiment("experiment_50", (Variant("a", 1), Variant("b", 2)), holdout_percent=30)
SETTLE = timedelta(seconds=10)
RULES: Mapping[str, FlowChanges] = {
    "plain": {},
    "excluding": {"segment_filter": SegmentFilter(LISTED)},
    "including": {"segment_filter": SegmentFilter(LISTED, FilterMode.INCLUDE_ANY)},
    "split": {"experiment": EXPERIMENT},
    "quiet": {"quiet_hours": QUIET},
    "silent": {"quiet_hours": QuietHours(QUIET.start, QUIET.end, QuietMode.DROP)},
    "waiting": {"wait": Wait(WAIT, ExitCondition(PURCHASES, compiled_sql=PURCHASES))},
    "once": {"re_entry": ReEntry.once(), "wait": Wait(WAIT)},
    "transactional": {"is_transactional": True},
    "texting": {},
    "pushing": {},
    "posting": {},
}


class Tiers(FakeConditions):
    """Knows the one condition of the segment that is a rule."""

    def holds(self, expression: str, names: Names) -> ConditionAnswer:
        assert expression == GOLD
        return ConditionAnswer(holds=names["contact"]["tier"] == "gold")


class World:
    """The services over fake stores, as the functions wire them, and what may go wrong in them."""

    def __init__(self) -> None:
        self.house = House()
        self.clock = self.house.clock
        self.clock.instant = NOON
        self.account = Account(self.clock)
        self.handover = FakeHandover()
        self.safety_holds = FakeSafetyHolds()
        self.engine = FakeEngine(self._events_of_hour)
        self.engine.event_types = {VISITS: "visited", PURCHASES: "bought"}
        self.witnesses = {
            port: Witness(self.account, channel)
            for port, channel in (("channel", "email"), ("webhooks", "webhook"), ("sms", "sms"), ("push", "push"))
        }
        self.house.renderer, self.house.conditions = TellingRenderer(), Tiers()
        self.house.events.stored.clear()
        self.cursors = FakeCursors()
        self.house.registry = FakeRegistry(self.house.partners, self.cursors)
        for partner_id in PARTNERS:
            self._found(partner_id)
        house, clock = self.house, self.clock
        self.suppressing = Suppressing(clock=clock, suppressions=house.suppressions)
        self.preferences = Preferences(
            clock=clock, partners=house.partners, deliveries=house.deliveries, suppressing=self.suppressing
        )
        self.feedback = ProviderFeedback(clock=clock, deliveries=house.deliveries, suppressing=self.suppressing)

    def _found(self, partner_id: str) -> None:
        """Let a partner begin, with all its flows and people."""
        house = self.house
        house.partners.by_id[partner_id] = makers.partner(
            partner_id=partner_id,
            signing_key=partner_id.encode(),
            push_applications=(application_of(partner_id),),
            caps=tuple(FrequencyCap(channel, messages, DAY) for channel, messages in CAPS.items()),
        )
        house.registry.heads[partner_id, "trigger_1"] = makers.trigger(
            partner_id=partner_id, compiled_sql=VISITS, max_event_age=MAX_AGE
        )
        for flow_id, rules in RULES.items():
            named = {"partner_id": partner_id, "flow_id": flow_id}
            flow = makers.flow(**named, content=content_of(partner_id, flow_id), **rules)
            house.registry.launch(flow, makers.cursor(**named))
        house.destinations.by_id[partner_id, "hooks"] = destination(partner_id=partner_id, destination_id="hooks")
        golden = RuleSegment(partner_id, GOLDEN, "Golden", GOLD)
        house.segments.by_id |= {
            (partner_id, STAFF): ListSegment(partner_id, STAFF, "Staff"),
            (partner_id, GOLDEN): golden,
        }
        for identity in CONTACTS:
            house.contacts.profiles[partner_id, identity] = profile_of(partner_id, identity)

    def _events_of_hour(self, file: Path) -> list[EventRow]:
        start = datetime.fromisoformat(file.name)
        own = [each for each in self.house.events.stored.values() if each.partner_id == file.parent.name]
        return [row_of(each) for each in own if start <= each.received_at < start + HOUR]

    def receive(self, event: Happened, event_id: str, event_type: str, received_at: datetime | None = None) -> None:
        identity = event.identity
        instants = {"occurred_at": event.at, "sent_at": event.at, "received_at": received_at or event.at}
        named = {"partner_id": event.partner_id, "event_id": event_id, "event_type": event_type}
        self.house.events.append(makers.event(**named, **instants, identity=identity, email=identity), 1)

    def run(self, partner_id: str, plan: CrashPlan = never) -> None:
        """Make one of the partner's runs, which may die."""
        house = self.house
        service = Evaluation(
            clock=self.clock,
            partners=house.partners,
            live_flows=house.registry,
            cursors=Crashing(self.cursors, plan),
            events=house.events,
            history=FakeHistory(),
            contacts=house.contacts,
            deferrals=Crashing(house.deferrals, plan),
            safety_holds=self.safety_holds,
            engine=self.engine,
            handover=Crashing(self.handover, plan),
            settle=SETTLE,
        )
        with suppress(Crash):
            service.evaluate(partner_id)

    def deliver(self, match: Match, plan: CrashPlan = never) -> bool:
        """Give a match to a worker, and see that what it decides is so; False when the match must come again."""
        name = match.partner_id, match.flow_id, match.event_id
        if name in self.account.tried:
            self.account.tried[name] = self.clock.now()  # a repeat moves the place that it holds
        try:
            decision = self._sent(match, plan)
        except Crash:
            self.account.tried[name] = self.clock.now()
            self.account.hidden.add(name)
            return False
        except SignalboxError:
            return False
        if decision.decided_at == self.clock.now():
            assert self.account.is_true(name, decision), f"{name} is not to be {decision.outcome}, {decision.reason}"
        return True

    def _sent(self, match: Match, plan: CrashPlan) -> Decision:
        """Let it be sent, and take into the account what the product has noted of numbers and phones that are gone."""
        try:
            return self._sending(plan).send(match)
        finally:
            for witness in self.witnesses.values():
                while witness.gone:
                    partner_id, identity, reason, scope = gone = witness.gone.pop()
                    if (partner_id, identity, name_of(reason, scope)) in self.house.suppressions.standing:
                        self.account.standing.add(gone)
                    else:
                        assert plan is not never, "an address that is gone was not noted"

    def hears(self, told: ProviderEvent) -> bool:
        """Tell the product what the provider tells; False when that is to come again."""
        try:
            return self.feedback.take(told) is not Taken.UNNAMED
        except Transient:
            return False

    def _sending(self, plan: CrashPlan) -> Sending:
        ports = {**self.house.ports, **self.witnesses}
        watched = ports if plan is never else {name: Crashing(port, plan) for name, port in ports.items()}
        return wired({**watched, "clock": self.clock})
