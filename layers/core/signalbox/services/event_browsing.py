"""Looking at what came in lately: the newest events, how many of which type, and one of them whole.

Nothing is indexed for it: what is looked through is bounded, and every answer says how far it looked.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from signalbox.domain.decisions import Decision
from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.events import Event, from_ms
from signalbox.domain.identities import identity_of
from signalbox.domain.partners import Partner
from signalbox.domain.queries import EventRow, Window
from signalbox.ports import Clock, Definitions, Deliveries, Events

RECENT = timedelta(hours=1)
"""What is looked through where nobody says from when."""
LONGEST = timedelta(hours=24)
"""How long a span may be asked for at once."""
MAX_LOOKED_AT = 5_000
"""Events that one list looks through for those it is asked for; some megabytes."""
MAX_COUNTED = 50_000
"""Events that a count looks through: somebody waits for the answer."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list ended: so many events of this very instant were looked at."""

    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are asked for; None for all."""

    event_type: str | None = None
    identity: str | None = None

    def admits(self, row: EventRow) -> bool:
        """Judge an event."""
        identity = None if self.identity is None else identity_of(self.identity)
        return (self.event_type is None or row[4] == self.event_type) and (identity is None or row[8] == identity)


@dataclass(frozen=True, slots=True)
class RecentEvents:
    """Some of the newest, each name once as it came first; `read_up_to` is how far back it looked."""

    rows: Sequence[EventRow]
    read_up_to: datetime
    following: Place | None


@dataclass(frozen=True, slots=True)
class Series:
    """How many events of each type began in each step of time; each name counts once. `is_cut`: there were too many."""

    counts: Mapping[datetime, Counter[str]]
    read_up_to: datetime
    is_cut: bool


class EventBrowsing:
    """The use cases of whoever wants to see what comes in."""

    def __init__(
        self,
        *,
        clock: Clock,
        events: Events,
        definitions: Definitions,
        deliveries: Deliveries,
        max_looked_at: int = MAX_LOOKED_AT,
    ) -> None:
        self._clock = clock
        self._events = events
        self._definitions = definitions
        self._deliveries = deliveries
        self._max_looked_at = max_looked_at

    def window(self, since: datetime | None, until: datetime | None, longest: timedelta = LONGEST) -> Window:
        """Give the span that is meant; raises Invalid for one that makes no sense."""
        end = self._clock.now() if until is None else until
        start = end - RECENT if since is None else since
        if not timedelta(0) < end - start <= longest:
            raise Invalid([Reason("/since", f"expected a span of up to {longest // timedelta(hours=1)} hours")])
        return Window(start, end)

    def recent(
        self, partner: Partner, window: Window, wanted: EventFilter, limit: int, after: Place | None = None
    ) -> RecentEvents:
        """Give up to `limit` of the newest events that are wanted, going on where a list ended."""
        end = window.end if after is None else min(window.end, after.at)
        rows: dict[str, EventRow] = {}
        place = after or Place(end, 0)
        for looked_at, row in enumerate(self._rest(partner, Window(window.start, end), after), start=1):
            at = from_ms(row[1])
            place = Place(at, place.count + 1 if at == place.at else 1)
            if wanted.admits(row):
                rows.pop(row[0], None)  # a repeat: what came first takes its place
                rows[row[0]] = row
            if len(rows) == limit or looked_at == self._max_looked_at:
                return RecentEvents(list(rows.values()), at, place)
        return RecentEvents(list(rows.values()), window.start, None)

    def series(self, partner: Partner, window: Window, step: timedelta) -> Series:
        """Count by type and step."""
        first: dict[str, EventRow] = {}
        read_up_to, is_cut = window.start, False
        for number, row in enumerate(self._events.newest(partner.partner_id, partner.shards, window), start=1):
            first[row[0]] = row
            if number == MAX_COUNTED:
                read_up_to, is_cut = from_ms(row[1]), True
                break
        begun = _floor(window.start, step)
        counts = {begun + number * step: Counter[str]() for number in range((window.end - begun) // step + 1)}
        for row in first.values():
            counts[_floor(from_ms(row[1]), step)][row[4]] += 1
        return Series(counts, read_up_to, is_cut)

    def find(self, partner: Partner, event_id: str, received_at: datetime | None) -> Event | None:
        """Give one event; without its instant it is looked for where a flow decided about it, then among the newest."""
        if received_at is None:
            told = [each.received_at for each in self.decisions(partner, event_id) if each.received_at]
            received_at = min(told, default=None) or self._received_at(partner, event_id)
        if received_at is None:
            return None
        return self._events.find(partner.partner_id, partner.shards, event_id, received_at)

    def decisions(self, partner: Partner, event_id: str) -> Sequence[Decision]:
        """Give what each flow decided about an event, in the order of their ids."""
        flows = self._definitions.flows_of(partner.partner_id)
        found = (self._deliveries.find(partner.partner_id, each.flow_id, event_id) for each in flows)
        return [decision for decision in found if decision is not None]

    def _received_at(self, partner: Partner, event_id: str) -> datetime | None:
        found = None
        window = Window(self._clock.now() - LONGEST, self._clock.now())
        for number, row in enumerate(self._events.newest(partner.partner_id, partner.shards, window)):
            if row[0] == event_id:
                found = from_ms(row[1])
            if number == MAX_COUNTED:
                break
        return found

    def _rest(self, partner: Partner, window: Window, after: Place | None) -> Iterator[EventRow]:
        to_skip = 0 if after is None else after.count
        for row in self._events.newest(partner.partner_id, partner.shards, window):
            if to_skip and after is not None and from_ms(row[1]) == after.at:
                to_skip -= 1
            else:
                to_skip = 0
                yield row


def _floor(instant: datetime, step: timedelta) -> datetime:
    day = instant.replace(hour=0, minute=0, second=0, microsecond=0)
    return day + (instant - day) // step * step
