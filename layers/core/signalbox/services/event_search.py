"""Find events for an explanation: received, held, in quarantine; and say what was not looked through."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice

from signalbox.domain.events import Event, HeldEvent, from_ms
from signalbox.domain.identities import Mapping as IdentityMapping
from signalbox.domain.partners import Partner
from signalbox.domain.quarantine import QUARANTINE_LIFETIME, QuarantinedEvent
from signalbox.domain.queries import QueryFailure, Window
from signalbox.ports import Events, HeldEvents, Identities, Quarantine
from signalbox.services.past_events import NO_TIME, MayGoOn, PastEvents, by_doubling

MAX_CLIENTS = 20
"""Of how many clients mappings and held events are looked up."""
MAX_QUARANTINED = 5_000
"""How many quarantined events are looked through."""

_DAY = timedelta(days=1)


@dataclass(slots=True)
class Search:
    """One explanation's: where it looks, and what it could not look at.

    `looked_through` is the span whose events were searched, None where none had to be.
    """

    partner: Partner
    window: Window
    may_go_on: MayGoOn
    looked_through: Window | None = None
    shortfalls: list[str] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """Tell when it is made."""
        return self.window.end


@dataclass(frozen=True, slots=True)
class Quarantined:
    """The events in quarantine that were wanted, and what was not looked at."""

    events: Sequence[QuarantinedEvent]
    shortfalls: Sequence[str] = ()


class EventSearch:
    """Reads; nothing is written but files of history that were to be written anyway."""

    def __init__(
        self,
        *,
        events: Events,
        past_events: PastEvents,
        identities: Identities,
        held_events: HeldEvents,
        quarantine: Quarantine,
    ) -> None:
        self._events = events
        self._past_events = past_events
        self._identities = identities
        self._held_events = held_events
        self._quarantine = quarantine

    def received(self, search: Search, sql: str, enough: int) -> Mapping[str, datetime]:
        """Give the latest events that a question finds, up to `enough`, with their receipts, the latest first."""
        past = self._past_events.since(search.partner, search.window.start, search.now, search.may_go_on)
        if past.shortfall is not None:
            search.shortfalls.append(_not_looked_through(past.window.start, past.shortfall))
        start, found = search.now, dict[str, datetime]()
        with closing(self._past_events.search(past, sql, by_doubling, search.may_go_on)) as answers:
            for window, answer in answers:
                if isinstance(answer, QueryFailure):
                    search.shortfalls.append(_not_looked_through(start, answer.detail))
                    break
                start = window.start
                ids = (str(row["event_id"]) for row in answer.rows)
                found |= {each: from_ms(answer.received_ms[each]) for each in ids if each in answer.received_ms}
                if len(found) >= enough:
                    break
            else:
                if start > past.window.start:
                    search.shortfalls.append(_not_looked_through(start, NO_TIME))
        search.looked_through = Window(start, search.now)
        return dict(islice(found.items(), enough))

    def stored(self, search: Search, received_at: Mapping[str, datetime | None]) -> Mapping[str, Event]:
        """Give those of the events that are stored, by their names."""
        known = {event_id: at for event_id, at in received_at.items() if at is not None}
        return self._events.find_all(search.partner.partner_id, search.partner.shards, known)

    def mappings(self, search: Search, client_ids: Sequence[str]) -> Sequence[IdentityMapping]:
        """Give the mappings of these clients that stand."""
        found = (self._identities.find(search.partner.partner_id, each) for each in self._bounded(search, client_ids))
        return [each for each in found if each is not None and each.is_live(search.now)]

    def held(self, search: Search, client_ids: Sequence[str]) -> Sequence[HeldEvent]:
        """Give what is still held for these clients."""
        return [
            held
            for client_id in client_ids[:MAX_CLIENTS]
            for held in self._held_events.of_client(search.partner.partner_id, client_id)
            if search.now < held.expires_at
        ]

    def quarantined(self, search: Search, is_wanted: Callable[[QuarantinedEvent], bool]) -> Quarantined:
        """Look through the days of the search, the latest first, for as long as quarantine keeps what it has.

        It writes nothing into the search, so that another thread may search events meanwhile.
        """
        found: list[QuarantinedEvent] = []
        left = MAX_QUARANTINED
        start = max(search.window.start, search.now - QUARANTINE_LIFETIME)
        for day in _days(Window(start, search.now)):
            for each in self._quarantine.of_day(search.partner.partner_id, day):
                left -= 1
                if left < 0 or not search.may_go_on():
                    why = f"there are over {MAX_QUARANTINED:,}" if left < 0 else NO_TIME
                    return Quarantined(found, [f"not all events in quarantine were looked at: {why}"])
                if each.received_at > start and is_wanted(each):
                    found.append(each)
        return Quarantined(found)

    def _bounded(self, search: Search, client_ids: Sequence[str]) -> Iterable[str]:
        if len(client_ids) > MAX_CLIENTS:
            search.shortfalls.append(f"of {len(client_ids)} clients {MAX_CLIENTS} were looked up")
        return client_ids[:MAX_CLIENTS]


def _not_looked_through(before: datetime, why: str) -> str:
    return f"events before {before.isoformat()} were not looked through: {why}"


def _days(window: Window) -> Iterable[date]:
    days = (window.end.date() - window.start.date()) // _DAY
    return (window.end.date() - number * _DAY for number in range(days + 1))
