"""How often a contact may be messaged: frequency caps over all flows, re-entry into one, and the places they count.

Whoever sends takes a place in the contact's touches BEFORE the message leaves, by a conditional write on `version`:

            may it?  save by version                    the decision ends
    (free) ─────────────────────────> taken ──sent, unknown───────────> taken until it counts no more
       ▲                               │  ▲  └─deferred, to try again─┐
       │                               │  └───────────────────────────┘
       └──failed, skipped: surely nothing left, and nothing will──────┘ give back

- A save that loses raises Conflict; read again and ask again. So two workers cannot both take the last place.
- A place is one (flow, event)'s: asked again, after a crash or a deferral, its own place does not stand in its way,
  and taking it anew moves it to now, since its message leaves now and not then. A repeat of what was sent moves it
  too, which errs towards fewer messages; whoever looks at the decision first spares both.
- A place is taken last before the decision is claimed, after quiet hours and waits, so it is never held for hours.
- It is given back only when the decision has ended without a message: while it may be taken up again (deferred),
  giving the place back could let another worker send without one. A worker whose claim finds a decision that ended
  so gives its place back too. A crash before that leaves the place taken: one message fewer, never one more.
- Each touch says how long it may count, by the rules in force when it was taken, so any worker can drop what is
  over, knowing only its own flow. A period made longer later counts what is still there, and a rule given to a
  flow that had none counts from then on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from signalbox.domain.decisions import SkipReason
from signalbox.domain.errors import Reason
from signalbox.domain.partners import FrequencyCap
from signalbox.domain.wording import period_in_words

MAX_PERIOD = timedelta(days=365)
MAX_MESSAGES = 100
"""As many touches a rule may count; they bound the contact's record at some ten kilobytes a rule."""

KEPT_LONGER = timedelta(hours=1)
"""Longer than a worker holds what it has read: a record that is dropped and begun anew must not meet an old version."""


@dataclass(frozen=True, slots=True)
class ReEntry:
    """How often one contact may go through one flow: `entries` in any span of `period`, or ever (None).

    The four rules are every_event(), once(), at_most(n, period) and cool_down(period).
    """

    entries: int | None = None
    period: timedelta | None = None

    @classmethod
    def every_event(cls) -> "ReEntry":
        """Let everybody in for every event."""
        return cls()

    @classmethod
    def once(cls) -> "ReEntry":
        """Let everybody in once, ever."""
        return cls(entries=1)

    @classmethod
    def at_most(cls, entries: int, period: timedelta) -> "ReEntry":
        """Let everybody in so many times in any span of `period`."""
        return cls(entries, period)

    @classmethod
    def cool_down(cls, period: timedelta) -> "ReEntry":
        """Let nobody in again until `period` has passed."""
        return cls(1, period)

    @property
    def is_once(self) -> bool:
        """Tell whether an entry counts for ever."""
        return self.entries is not None and self.period is None


@dataclass(frozen=True, slots=True)
class Entry:
    """One message that would be sent, with the rules that limit it; a transactional flow's caps do not count."""

    flow_id: str
    event_id: str
    channel: str
    caps: Sequence[FrequencyCap] = ()
    re_entry: ReEntry = field(default_factory=ReEntry.every_event)
    is_transactional: bool = False

    @property
    def own_caps(self) -> Sequence[FrequencyCap]:
        """Give the caps that limit this message."""
        return () if self.is_transactional else [each for each in self.caps if each.channel == self.channel]

    @property
    def counts_for(self) -> timedelta | None:
        """Give how long its touch may count against a later one, None when nothing limits it in time."""
        periods = [each.period for each in self.own_caps]
        return max([*periods, self.re_entry.period] if self.re_entry.period else periods, default=None)


@dataclass(frozen=True, slots=True)
class Touch:
    """A place taken for the message of one (flow, event); it may count before `counts_until`."""

    flow_id: str
    event_id: str
    channel: str
    taken_at: datetime
    counts_until: datetime
    is_transactional: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which rule says no, and by what count; nothing in it is personal."""

    reason: SkipReason
    detail: str


@dataclass(frozen=True, slots=True)
class Touches:
    """The places one contact's messages have taken: one facet of the contact, saved by condition on `version`.

    `entered` gives by flow the event that made the only entry into a once-ever flow; it is kept for good.
    `version` counts the saves, 0 for what was never stored.
    """

    partner_id: str
    identity: str
    touches: Sequence[Touch] = ()
    entered: Mapping[str, str] = field(default_factory=dict)
    version: int = 0

    def refusal(self, entry: Entry, now: datetime) -> Refusal | None:
        """Say which rule refuses the entry, None when it may have a place."""
        return next(_refusals(self.without(entry.flow_id, entry.event_id), entry, now), None)

    def after(self, entry: Entry, now: datetime) -> "Touches":
        """Give what to save for an entry that may; itself when nothing limits it, so there is nothing to save.

        Its version is still the one that was read: whoever saves it makes that a condition and adds one.
        """
        period, is_once = entry.counts_for, entry.re_entry.is_once
        if period is None and not is_once:
            return self
        others = self.without(entry.flow_id, entry.event_id)
        touches, entered = _counting(others.touches, now), others.entered
        if period is not None:
            place = Touch(
                entry.flow_id, entry.event_id, entry.channel, now, now + period, is_transactional=entry.is_transactional
            )
            touches = (*touches, place)
        if is_once:
            entered = {**entered, entry.flow_id: entry.event_id}
        return replace(self, touches=touches, entered=entered)

    def without(self, flow_id: str, event_id: str) -> "Touches":
        """Give the place of a (flow, event) back; itself when it has none."""
        touches = tuple(each for each in self.touches if (each.flow_id, each.event_id) != (flow_id, event_id))
        entered = {flow: event for flow, event in self.entered.items() if (flow, event) != (flow_id, event_id)}
        if len(touches) == len(self.touches) and len(entered) == len(self.entered):
            return self
        return replace(self, touches=touches, entered=entered)

    def expires_at(self, now: datetime) -> datetime | None:
        """Give the instant from which the store may drop the whole record, None when it is kept for good."""
        if self.entered:
            return None
        return max((each.counts_until for each in self.touches), default=now) + KEPT_LONGER


def _counting(touches: Iterable[Touch], now: datetime) -> tuple[Touch, ...]:
    return tuple(each for each in touches if each.counts_until > now)


def _refusals(others: Touches, entry: Entry, now: datetime) -> Iterator[Refusal]:
    touches, rule = _counting(others.touches, now), entry.re_entry
    if rule.is_once and entry.flow_id in others.entered:
        yield Refusal(SkipReason.RE_ENTRY, "once ever")
    elif rule.entries is not None and rule.period is not None:
        same_flow = [each for each in touches if each.flow_id == entry.flow_id]
        if _within(same_flow, rule.period, now) >= rule.entries:
            yield Refusal(SkipReason.RE_ENTRY, f"{rule.entries} in {period_in_words(rule.period)}")
    capped = [each for each in touches if each.channel == entry.channel and not each.is_transactional]
    for cap in entry.own_caps:
        if _within(capped, cap.period, now) >= cap.messages:
            yield Refusal(SkipReason.FREQUENCY_CAP, f"{cap.messages} by {cap.channel} in {period_in_words(cap.period)}")


def _within(touches: Iterable[Touch], period: timedelta, now: datetime) -> int:
    return sum(1 for each in touches if each.taken_at > now - period)


def reasons_against_caps(caps: Sequence[FrequencyCap]) -> Iterator[Reason]:
    """Name each part of a partner's caps that makes no sense, by its path in their list."""
    for place, cap in enumerate(caps):
        yield from _reasons_against_rule(cap.messages, cap.period, f"/{place}/messages", f"/{place}/period")


def reasons_against_re_entry(rule: ReEntry) -> Iterator[Reason]:
    """Name each part of a flow's re-entry rule that makes no sense."""
    if rule.entries is None and rule.period is not None:
        yield Reason("/entries", "expected a number beside a period")
    elif rule.period is not None:
        yield from _reasons_against_rule(rule.entries or 0, rule.period, "/entries", "/period")
    elif rule.entries not in (None, 1):
        yield Reason("/entries", "expected 1 where there is no period")


def _reasons_against_rule(most: int, period: timedelta, most_path: str, period_path: str) -> Iterator[Reason]:
    if not 1 <= most <= MAX_MESSAGES:
        yield Reason(most_path, f"expected 1 to {MAX_MESSAGES}")
    if not timedelta(0) < period <= MAX_PERIOD:
        yield Reason(period_path, f"expected more than nothing and up to {MAX_PERIOD.days} days")
