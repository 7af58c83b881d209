"""Erase a person from one partner's data, call by call: each does what its time allows and says how far it got.

    facts and decisions ──> hour by hour: [decisions by name ─> clients ─> remember the hour ─> events] ──> files

What leads to a thing goes after the thing, so that whoever dies in between leaves a way back to all that is left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from signalbox.domain.decision_names import DecisionName
from signalbox.domain.decisions import CLAIM_LEASE
from signalbox.domain.erasures import DELETED_LATE, ERASURE_LIFETIME, UNDER_WAY, Erasure, is_about, mentions
from signalbox.domain.events import from_ms
from signalbox.domain.identities import identity_of
from signalbox.domain.identity_sources import clients_in
from signalbox.domain.partners import Partner
from signalbox.domain.quarantine import QUARANTINE_LIFETIME
from signalbox.domain.queries import EventRow, Window
from signalbox.domain.windows import hour_of, hourly
from signalbox.ports import (
    Clock,
    Contacts,
    DecisionLists,
    Definitions,
    Erasures,
    Events,
    HeldEvents,
    HistoryFiles,
    Identities,
    Memberships,
    Places,
    Quarantine,
)
from signalbox.services.forgetting import Forgetting

CALL_TIME = timedelta(seconds=15)
"""How long one call reads events: somebody waits, for 30 seconds at the most."""

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an erasure has got; `goes_on_at` is when it can next be gone on with, None when it is done."""

    erasure: Erasure
    goes_on_at: datetime | None


class Erasing:
    """The use case of whoever must forget somebody; `event_retention` is for how long events are kept."""

    def __init__(
        self,
        *,
        clock: Clock,
        erasures: Erasures,
        contacts: Contacts,
        memberships: Memberships,
        places: Places,
        events: Events,
        identities: Identities,
        held_events: HeldEvents,
        quarantine: Quarantine,
        definitions: Definitions,
        decision_lists: DecisionLists,
        forgetting: Forgetting,
        history_files: HistoryFiles,
        event_retention: timedelta,
    ) -> None:
        self._clock = clock
        self._erasures = erasures
        self._contacts = contacts
        self._memberships = memberships
        self._places = places
        self._events = events
        self._identities = identities
        self._held_events = held_events
        self._quarantine = quarantine
        self._definitions = definitions
        self._decision_lists = decision_lists
        self._forgetting = forgetting
        self._history_files = history_files
        self._event_retention = event_retention

    def under_way(self, partner: Partner, identity: str) -> Progress | None:
        """Tell of the erasure that is to be gone on with; None where there is none."""
        standing, now = self._erasures.find(partner.partner_id, identity), self._clock.now()
        if standing is None or now >= standing.begun_at + ERASURE_LIFETIME:
            return None
        rest = next(iter(hourly(Window(standing.read_up_to, standing.begun_at))), None)
        is_open = rest is not None and rest.end <= standing.begun_at - UNDER_WAY
        return Progress(standing, now if is_open else standing.goes_on_at)

    def go_on(self, partner: Partner, identity: str) -> Progress:
        """Begin the erasure, or go on with the one that is under way; raises Conflict while somebody else does."""
        began = self._clock.now()
        erasure = self._saved(self._standing(partner, identity, began))
        erasure, is_held_up = self._facts_erased(erasure)
        for span in hourly(Window(erasure.read_up_to, erasure.begun_at)):
            if is_held_up:
                break
            if self._clock.now() - began > CALL_TIME:
                return Progress(self._saved(erasure), self._clock.now())
            erasure, is_held_up = self._swept(partner, erasure, span, settles=span.end <= began - UNDER_WAY)
        if is_held_up:
            return Progress(self._saved(erasure), self._clock.now() + CLAIM_LEASE)
        if not erasure.is_read or began < erasure.goes_on_at:
            return Progress(self._saved(erasure), erasure.goes_on_at)
        return Progress(self._done(erasure), None)

    def _standing(self, partner: Partner, identity: str, now: datetime) -> Erasure:
        standing = self._erasures.find(partner.partner_id, identity)
        if standing is not None and now < standing.begun_at + ERASURE_LIFETIME:
            return standing
        begins = now - self._event_retention - DELETED_LATE
        version = 0 if standing is None else standing.version
        return Erasure(partner.partner_id, identity, now, begins, now, version=version)

    def _saved(self, erasure: Erasure) -> Erasure:
        following = erasure.following()
        self._erasures.save(following)
        return following

    def _facts_erased(self, erasure: Erasure) -> tuple[Erasure, bool]:
        """Erase what lies with the contact, and its decisions; True where one of them was changed meanwhile."""
        partner_id, identity = erasure.partner_id, erasure.identity
        view = self._contacts.view(partner_id, identity)
        for segment_id in sorted(view.segment_ids):
            self._memberships.take_off(partner_id, segment_id, [identity])
        self._places.remove(partner_id, identity)
        self._contacts.remove(partner_id, identity)
        decided = self._decision_lists.of_contact(partner_id, identity, Window(from_ms(0), self._clock.now()))
        earlier = (each for each in decided if each.received_at is None or each.received_at <= erasure.begun_at)
        forgotten, left = self._forgetting.forget(list(earlier))
        erasure = erasure.counting(
            profiles=int(view.contact.version > 0),
            memberships=len(view.segment_ids),
            places=len(view.touches.touches) if view.touches else 0,
            decisions=forgotten,
        )
        return erasure, left > 0

    def _swept(self, partner: Partner, erasure: Erasure, span: Window, *, settles: bool) -> tuple[Erasure, bool]:
        """Erase what was received in a part of an hour; it is passed once nothing of it can come late."""
        found, others = list[EventRow](), 0
        for row in self._events.read(partner.partner_id, partner.shards, span):
            if is_about(row, erasure.identity):
                found.append(row)
            else:
                others += mentions(row[10], erasure.identity)
        if found:
            erasure, is_held_up = self._events_erased(partner, erasure, span, found)
            if is_held_up:
                return erasure, True
        if span.end == erasure.begun_at or (span.end + _HOUR).date() > span.end.date():
            erasure = erasure.counting(quarantined=self._quarantine_erased(erasure, span.end.date()))
        if settles:
            erasure = replace(erasure.counting(mentions=others), read_up_to=span.end)
        return erasure, False

    def _events_erased(
        self, partner: Partner, erasure: Erasure, span: Window, found: Sequence[EventRow]
    ) -> tuple[Erasure, bool]:
        names = {each.flow_id for each in self._definitions.flows_of(partner.partner_id)}
        decisions = self._decision_lists.find_all(
            [DecisionName.of(partner.partner_id, flow_id, row[0]) for row in _by_name(found) for flow_id in names]
        )
        own = [each for each in decisions if each.identity == erasure.identity]
        forgotten, left = self._forgetting.forget(own)
        erasure = erasure.counting(decisions=forgotten)
        if left:
            return erasure, True
        clients = {each: None for row in found if row[8] for each in clients_in(row[6], row[10])}
        mappings, held = self._clients_erased(erasure, clients)
        hours = tuple(dict.fromkeys((*erasure.hours, hour_of(span))))
        erasure = self._saved(replace(erasure, hours=hours).counting(mappings=mappings, held_events=held))
        for row in found:
            self._events.remove(partner.partner_id, partner.shards, row[0], from_ms(row[1]))
        return replace(erasure.counting(events=len(found)), changed_at=self._clock.now()), False

    def _clients_erased(self, erasure: Erasure, client_ids: Iterable[str]) -> tuple[int, int]:
        """Delete the mappings that name the person, and what is held for clients that were theirs."""
        mappings = held = 0
        for client_id in client_ids:
            mapping = self._identities.find(erasure.partner_id, client_id)
            if mapping is not None and identity_of(mapping.email) == erasure.identity:
                self._identities.remove(mapping)
                mappings += 1
            for each in self._held_events.of_client(erasure.partner_id, client_id):
                self._held_events.remove(each)
                held += 1
        return mappings, held

    def _quarantine_erased(self, erasure: Erasure, day: date) -> int:
        if day < (erasure.begun_at - QUARANTINE_LIFETIME - DELETED_LATE).date():
            return 0
        count = 0
        for each in self._quarantine.of_day(erasure.partner_id, day):
            if each.received_at <= erasure.begun_at and mentions(each.body, erasure.identity):
                self._quarantine.remove(each)
                count += 1
        return count

    def _done(self, erasure: Erasure) -> Erasure:
        """Remove the files that may name the person: those of hours that did, and those that no event is kept for.

        The latter nobody reads any more.
        """
        kept_since = erasure.begun_at - self._event_retention
        outdated = hourly(Window(kept_since - self._event_retention - DELETED_LATE, kept_since))
        hours = dict.fromkeys((*erasure.hours, *map(hour_of, outdated)))
        self._history_files.remove(erasure.partner_id, list(hours))
        self._erasures.end(erasure)
        return erasure.counting(history_files=len(erasure.hours))


def _by_name(rows: Iterable[EventRow]) -> Iterable[EventRow]:
    """Give one of each name: repeats have one decision."""
    return {row[0]: row for row in rows}.values()
