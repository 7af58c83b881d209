"""An account of who may get what, by what happened and nothing else: it asks neither the product nor its stores.

It is asked when a message leaves, and when one is refused, so it judges both: nobody gets what they must not, and
nothing is kept from anybody without a true reason.
"""

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from signalbox.domain.decisions import Decision, Outcome, SkipReason
from signalbox.domain.suppressions import Scope, SuppressionReason
from tests.fakes.others import FakeClock

ZONES = {
    "ana@example.org": "UTC",
    "ben@example.org": "Asia/Kolkata",
    "eva@example.org": "America/New_York",
    "ida@example.org": "Pacific/Auckland",
}
HELD_OUT = {"ben@example.org", "eva@example.org"}
"""Whom the experiment of the flow "split" holds out, for ever: its id and the address decide."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WAITING = {"waiting", "once"}
WAIT, MAX_AGE = HOUR, 20 * HOUR
BELIEVED_FOR = timedelta(minutes=1)
CAPS = {"email": 9, "sms": 2}
"""Messages a day, by channel."""
QUIET_FROM, QUIET_TO = 22, 7
OF_THE_PERSON = {SuppressionReason.UNSUBSCRIBED, SuppressionReason.COMPLAINED}

type Name = tuple[str, str, str]
"""A decision's partner, flow and event."""


@dataclass(frozen=True)
class Happened:
    """What somebody did at a partner's."""

    partner_id: str
    identity: str
    at: datetime


@dataclass(frozen=True)
class Left:
    """One message that left."""

    name: Name
    channel: str
    at: datetime


class Account:
    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.standing: set[tuple[str, str, SuppressionReason, Scope]] = set()
        self.members: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        """Who is in each segment, partner and identity."""
        self.visits: dict[tuple[str, str], Happened] = {}
        self.purchases: list[Happened] = []
        self.left: list[Left] = []
        self.tried: dict[Name, datetime] = {}
        """When a message was last on its way or may have been; it may hold a place under caps."""
        self.hidden: set[Name] = set()
        self.links: list[tuple[Name, str]] = []
        """The tokens by which people unsubscribe, of the e-mails that left."""

    @property
    def emails(self) -> list[Name]:
        return [each.name for each in self.left if each.channel == "email"]

    def visit(self, name: Name) -> Happened:
        return self.visits[name[0], name[2]]

    def objections(self, name: Name, channel: str) -> set[SkipReason | Outcome]:
        """Tell why a message of this decision may not leave over a channel now.

        A purchase is surely seen up to the end of the wait, and up to a minute before now.
        """
        seen = max(self.visit(name).at + WAIT, self.clock.now() - BELIEVED_FOR)
        oldest = MAX_AGE + WAIT if name[1] in WAITING else MAX_AGE
        return self._reasons(name, channel, {each.name: each.at for each in self.left}, seen, oldest)

    def is_true(self, name: Name, decision: Decision) -> bool:
        """Tell whether what was decided just now is so; whatever was tried may count against others."""
        match decision.outcome:
            case Outcome.SKIPPED | Outcome.HELD_OUT:
                reasons = self._reasons(name, decision.channel or "", self.tried, self.clock.now(), MAX_AGE)
                return (decision.reason or decision.outcome) in reasons
            case Outcome.DEFERRED:
                return self._waits_rightly(self.visit(name), decision)
            case outcome:
                return outcome is not Outcome.UNKNOWN or name in self.hidden

    def _reasons(
        self, name: Name, channel: str, counted: dict[Name, datetime], seen: datetime, oldest: timedelta
    ) -> set[SkipReason | Outcome]:
        flow_id, visit, now = name[1], self.visit(name), self.clock.now()
        holds: dict[SkipReason | Outcome, bool] = {
            SkipReason.TOO_OLD: now - visit.at > oldest,
            Outcome.DEFERRED: flow_id in WAITING and now < visit.at + WAIT,
            SkipReason.EXITED: flow_id == "waiting" and self._has_bought(visit, seen),
            SkipReason.SUPPRESSED: self._is_suppressed(visit, channel),
            SkipReason.SEGMENT_FILTER: self._is_filtered(flow_id, visit),
            SkipReason.RE_ENTRY: self._has_entered(name, counted),
            SkipReason.QUIET_HOURS: flow_id in {"quiet", "silent"} and _is_quiet(visit.identity, now),
            SkipReason.FREQUENCY_CAP: self._is_capped(name, channel, counted),
            Outcome.HELD_OUT: flow_id == "split" and visit.identity in HELD_OUT,
        }
        return {reason for reason, is_one in holds.items() if is_one}

    def _is_suppressed(self, visit: Happened, channel: str) -> bool:
        """A wish or a complaint keeps everything back; a bounce, and a person's word, what they are about."""
        own = [each[2:] for each in self.standing if each[:2] == (visit.partner_id, visit.identity)]
        return any(reason in OF_THE_PERSON or scope in {Scope.ALL, channel} for reason, scope in own)

    def _is_filtered(self, flow_id: str, visit: Happened) -> bool:
        is_in = any((visit.partner_id, visit.identity) in members for members in self.members.values())
        return (flow_id == "excluding" and is_in) or (flow_id == "including" and not is_in)

    def _is_capped(self, name: Name, channel: str, at_by_name: dict[Name, datetime]) -> bool:
        if channel not in CAPS or name[1] == "transactional":
            return False
        recent = {each for each, at in at_by_name.items() if at > self.clock.now() - DAY}
        others = [
            each
            for each in recent - {name}
            if each[1] != "transactional" and self._is_of_same(each, name) and channel_of(each[1]) == channel
        ]
        return len(others) >= CAPS[channel]

    def _has_entered(self, name: Name, entered: Container[Name]) -> bool:
        events = [event_id for partner_id, event_id in self.visits if (partner_id, event_id) != (name[0], name[2])]
        others = ((name[0], "once", event_id) for event_id in events)
        return name[1] == "once" and any(each in entered and self._is_of_same(each, name) for each in others)

    def _has_bought(self, visit: Happened, up_to: datetime) -> bool:
        return any(
            (each.partner_id, each.identity) == (visit.partner_id, visit.identity) and visit.at < each.at <= up_to
            for each in self.purchases
        )

    def _waits_rightly(self, visit: Happened, decision: Decision) -> bool:
        """Hold it to the hours where quiet hours made it wait; a wait and a fault of the channel have none."""
        if decision.trace[-1].check != SkipReason.QUIET_HOURS:
            return True
        assert decision.due_at is not None
        is_over = not _is_quiet(visit.identity, decision.due_at)
        return (
            _is_quiet(visit.identity, self.clock.now()) and is_over and decision.due_at - self.clock.now() <= 9 * HOUR
        )

    def _is_of_same(self, one: Name, other: Name) -> bool:
        return one[0] == other[0] and self.visit(one).identity == self.visit(other).identity


def channel_of(flow_id: str) -> str:
    return {"texting": "sms", "pushing": "push", "posting": "webhook"}.get(flow_id, "email")


def _is_quiet(identity: str, at: datetime) -> bool:
    hour = at.astimezone(ZoneInfo(ZONES[identity])).hour
    return hour >= QUIET_FROM or hour < QUIET_TO
