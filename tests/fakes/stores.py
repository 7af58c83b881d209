"""Fakes of the stores: plain dictionaries with the stores' conditions, safe under threads."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from threading import RLock

from signalbox.domain.contacts import Contact, ContactView
from signalbox.domain.decisions import Decision, Outcome
from signalbox.domain.errors import Conflict
from signalbox.domain.events import Event, HeldEvent
from signalbox.domain.flows import Cursor, Flow, FlowStatus, Trigger
from signalbox.domain.identities import Mapping as IdentityMapping
from signalbox.domain.partners import Partner
from signalbox.domain.quarantine import QuarantinedEvent
from signalbox.domain.queries import Window
from signalbox.ports import Clock


class FakePartners:
    def __init__(self, *partners: Partner) -> None:
        self.by_id = {partner.partner_id: partner for partner in partners}

    def find(self, partner_id: str) -> Partner | None:
        return self.by_id.get(partner_id)


class FakeEvents:
    def __init__(self) -> None:
        self.stored: dict[tuple[str, datetime, str], Event] = {}

    def append(self, event: Event, shards: int) -> None:
        self.stored.setdefault((event.partner_id, event.received_at, event.event_id), event)

    def append_all(self, events: Sequence[Event], shards: int) -> None:
        for event in events:
            self.append(event, shards)

    def read(self, partner_id: str, shards: int, window: Window) -> Iterator[Event]:
        for (owner, received_at, _), event in sorted(self.stored.items(), key=lambda item: item[0]):
            if owner == partner_id and window.start < received_at <= window.end:
                yield event

    def find(self, partner_id: str, shards: int, event_id: str, received_at: datetime) -> Event | None:
        return self.stored.get((partner_id, received_at, event_id))


class FakeIdentities:
    def __init__(self) -> None:
        self.by_client: dict[tuple[str, str], IdentityMapping] = {}
        self._lock = RLock()

    def find(self, partner_id: str, client_id: str) -> IdentityMapping | None:
        return self.by_client.get((partner_id, client_id))

    def put(self, mapping: IdentityMapping) -> None:
        with self._lock:
            standing = self.by_client.setdefault((mapping.partner_id, mapping.client_id), mapping)
            if standing.expires_at <= mapping.expires_at:
                self.by_client[mapping.partner_id, mapping.client_id] = mapping


class FakeHeldEvents:
    def __init__(self, events: FakeEvents, clock: Clock) -> None:
        self.held: dict[tuple[str, str, str], HeldEvent] = {}
        self._events = events
        self._clock = clock
        self._lock = RLock()

    def hold(self, held: HeldEvent) -> None:
        with self._lock:
            key = self._key(held)
            standing = self.held.get(key)
            if standing is None or standing.expires_at <= self._clock.now():
                self.held[key] = held

    def of_client(self, partner_id: str, client_id: str) -> Iterator[HeldEvent]:
        yield from [each for key, each in sorted(self.held.items()) if key[:2] == (partner_id, client_id)]

    def release(self, held: HeldEvent, event: Event, shards: int) -> bool:
        with self._lock:
            if self.held.pop(self._key(held), None) is None:
                return False
            self._events.append(event, shards)
            return True

    @staticmethod
    def _key(held: HeldEvent) -> tuple[str, str, str]:
        return held.event.partner_id, held.event.client_id, held.event.event_id


class FakeQuarantine:
    def __init__(self) -> None:
        self.kept: dict[tuple[str, datetime, str], QuarantinedEvent] = {}

    def keep(self, quarantined: QuarantinedEvent) -> None:
        self.kept[self._key(quarantined)] = quarantined

    def of_day(self, partner_id: str, day: date) -> Iterator[QuarantinedEvent]:
        for (owner, received_at, _), quarantined in sorted(self.kept.items(), key=lambda item: item[0]):
            if owner == partner_id and received_at.date() == day:
                yield quarantined

    def remove(self, quarantined: QuarantinedEvent) -> None:
        self.kept.pop(self._key(quarantined), None)

    @staticmethod
    def _key(quarantined: QuarantinedEvent) -> tuple[str, datetime, str]:
        return quarantined.partner_id, quarantined.received_at, quarantined.event_id


class FakeContacts:
    def __init__(self) -> None:
        self.profiles: dict[tuple[str, str], Contact] = {}
        self.segment_ids: dict[tuple[str, str], frozenset[str]] = {}
        self.suppressions: dict[tuple[str, str], frozenset[str]] = {}
        self._lock = RLock()

    def find(self, partner_id: str, identity: str) -> Contact | None:
        return self.profiles.get((partner_id, identity))

    def save(self, contact: Contact) -> None:
        key = contact.partner_id, contact.identity
        with self._lock:
            if key in self.profiles and self.profiles[key].version != contact.version:
                raise Conflict
            if key not in self.profiles and contact.version != 0:
                raise Conflict
            self.profiles[key] = replace(contact, version=contact.version + 1)

    def view(self, partner_id: str, identity: str) -> ContactView:
        key = partner_id, identity
        return ContactView(
            contact=self.profiles.get(key, Contact(partner_id, identity)),
            segment_ids=self.segment_ids.get(key, frozenset()),
            suppressions=self.suppressions.get(key, frozenset()),
        )

    def traits_of(self, partner_id: str, identities: Iterable[str]) -> Mapping[str, str]:
        found = {each: self.profiles.get((partner_id, each)) for each in identities}
        return {
            identity: json.dumps({name: json.loads(trait.value) for name, trait in contact.traits.items()})
            for identity, contact in found.items()
            if contact
        }


class FakeRegistry:
    """The `LiveFlows` and `Definitions` ports over one registry."""

    def __init__(self, partners: FakePartners, cursors: "FakeCursors") -> None:
        self._lock = RLock()
        self._partners = partners
        self._cursors = cursors
        self.triggers: dict[tuple[str, str], Trigger] = {}
        self.flows: dict[tuple[str, str], Flow] = {}
        self.live_partner_ids: set[str] = set()

    def partner_ids(self) -> Iterator[str]:
        yield from sorted(self.live_partner_ids)

    def of_partner(self, partner_id: str) -> Sequence[tuple[Flow, Trigger]]:
        return [
            (flow, self.triggers[owner, flow.trigger_id])
            for (owner, _), flow in sorted(self.flows.items())
            if owner == partner_id and flow.status is FlowStatus.LIVE and (owner, flow.trigger_id) in self.triggers
        ]

    def flow(self, partner_id: str, flow_id: str) -> Flow | None:
        return self.flows.get((partner_id, flow_id))

    def create_partner(self, partner: Partner) -> None:
        with self._lock:
            if partner.partner_id in self._partners.by_id:
                raise Conflict
            self._partners.by_id[partner.partner_id] = partner

    def partner(self, partner_id: str) -> Partner | None:
        return self._partners.by_id.get(partner_id)

    def save_partner(self, partner: Partner) -> None:
        with self._lock:
            stored = self._partners.by_id.get(partner.partner_id)
            if stored is None or partner.version != stored.version + 1:
                raise Conflict
            self._partners.by_id[partner.partner_id] = partner

    def commit_trigger(self, trigger: Trigger) -> None:
        with self._lock:
            committed = self.triggers.get((trigger.partner_id, trigger.trigger_id))
            if trigger.version != (committed.version if committed else 0) + 1:
                raise Conflict
            self.triggers[trigger.partner_id, trigger.trigger_id] = trigger

    def trigger(self, partner_id: str, trigger_id: str) -> Trigger | None:
        return self.triggers.get((partner_id, trigger_id))

    def save_flow(self, flow: Flow) -> None:
        with self._lock:
            current = self.flows.get((flow.partner_id, flow.flow_id))
            if flow.version != (current.version if current else 0) + 1:
                raise Conflict
            self.flows[flow.partner_id, flow.flow_id] = flow

    def launch(self, flow: Flow, cursor: Cursor) -> None:
        with self._lock:
            self.save_flow(flow)
            self._cursors.positions[cursor.partner_id, cursor.flow_id] = cursor
            self.live_partner_ids.add(flow.partner_id)


class FakeCursors:
    def __init__(self) -> None:
        self.positions: dict[tuple[str, str], Cursor] = {}
        self._lock = RLock()

    def of_partner(self, partner_id: str) -> Mapping[str, Cursor]:
        return {flow_id: cursor for (owner, flow_id), cursor in self.positions.items() if owner == partner_id}

    def advance(self, cursor: Cursor, position: datetime) -> None:
        key = cursor.partner_id, cursor.flow_id
        with self._lock:
            if self.positions.get(key) != cursor:
                raise Conflict
            self.positions[key] = replace(cursor, position=position)


class FakeDeliveries:
    def __init__(self) -> None:
        self.decisions: dict[tuple[str, str, str], Decision] = {}
        self._lock = RLock()

    def find(self, partner_id: str, flow_id: str, event_id: str) -> Decision | None:
        return self.decisions.get((partner_id, flow_id, event_id))

    def claim(self, decision: Decision) -> Decision | None:
        with self._lock:
            standing = self.decisions.setdefault(self._key(decision), decision)
            return None if standing is decision else standing

    def settle(self, standing: Decision, following: Decision) -> None:
        with self._lock:
            stored = self.decisions.get(self._key(standing))
            if stored is None or (stored.outcome, stored.attempts) != (standing.outcome, standing.attempts):
                raise Conflict
            self.decisions[self._key(standing)] = following

    def of_flow(self, partner_id: str, flow_id: str) -> Iterator[Decision]:
        ended = [
            each
            for each in self.decisions.values()
            if (each.partner_id, each.flow_id) == (partner_id, flow_id) and each.outcome is not Outcome.IN_FLIGHT
        ]
        yield from sorted(ended, key=lambda each: each.decided_at, reverse=True)

    def of_contact(self, partner_id: str, identity: str) -> Iterator[Decision]:
        ended = [
            each
            for each in self.decisions.values()
            if (each.partner_id, each.identity) == (partner_id, identity) and each.outcome is not Outcome.IN_FLIGHT
        ]
        yield from sorted(ended, key=lambda each: each.decided_at, reverse=True)

    @staticmethod
    def _key(decision: Decision) -> tuple[str, str, str]:
        return decision.partner_id, decision.flow_id, decision.event_id
