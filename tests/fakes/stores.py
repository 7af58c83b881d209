"""Fakes of the stores: plain dictionaries with the stores' conditions, safe under threads."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from threading import RLock

from signalbox.domain.auditing import AuditEntry
from signalbox.domain.contacts import Contact, ContactView
from signalbox.domain.decision_names import DecisionName, bounded
from signalbox.domain.decision_summaries import DecisionSummary, Place
from signalbox.domain.decisions import Decision, Deferral, Outcome
from signalbox.domain.drafts import TriggerDraft
from signalbox.domain.erasures import Erasure
from signalbox.domain.errors import Conflict, TooLarge
from signalbox.domain.events import Event, HeldEvent
from signalbox.domain.flows import Cursor, Flow, FlowStatus, LiveFlow, Trigger
from signalbox.domain.frequency import Touches
from signalbox.domain.identities import Mapping as IdentityMapping
from signalbox.domain.messages import KeptMessage
from signalbox.domain.pages import Page, page_of
from signalbox.domain.partners import Partner
from signalbox.domain.quarantine import QuarantinedEvent
from signalbox.domain.queries import EventRow, Window
from signalbox.domain.safety_holds import SafetyHold
from signalbox.domain.suppressions import Scope, Suppression, SuppressionReason, name_of
from signalbox.ports import Clock
from tests.fakes.rows import row_of


class FakePartners:
    def __init__(self, *partners: Partner) -> None:
        self.by_id = {partner.partner_id: partner for partner in partners}

    def find(self, partner_id: str) -> Partner | None:
        return self.by_id.get(partner_id)

    def remembered(self, partner_id: str) -> Partner | None:
        return None


class FakeEvents:
    def __init__(self) -> None:
        self.stored: dict[tuple[str, datetime, str], Event] = {}

    def append(self, event: Event, shards: int) -> None:
        self.stored.setdefault((event.partner_id, event.received_at, event.event_id), event)

    def append_all(self, events: Sequence[Event], shards: int) -> None:
        for event in events:
            self.append(event, shards)

    def read(self, partner_id: str, shards: int, window: Window) -> Iterator[EventRow]:
        for (owner, received_at, _), event in sorted(self.stored.items(), key=lambda item: item[0]):
            if owner == partner_id and window.start < received_at <= window.end:
                yield row_of(event)

    def newest(self, partner_id: str, shards: int, window: Window) -> Iterator[EventRow]:
        yield from reversed(list(self.read(partner_id, shards, window)))

    def find(self, partner_id: str, shards: int, event_id: str, received_at: datetime) -> Event | None:
        return self.stored.get((partner_id, received_at, event_id))

    def find_all(self, partner_id: str, shards: int, received_at: Mapping[str, datetime]) -> Mapping[str, Event]:
        found = {event_id: self.find(partner_id, shards, event_id, at) for event_id, at in received_at.items()}
        return {event_id: event for event_id, event in found.items() if event is not None}

    def remove(self, partner_id: str, shards: int, event_id: str, received_at: datetime) -> None:
        self.stored.pop((partner_id, received_at, event_id), None)


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

    def remove(self, mapping: IdentityMapping) -> None:
        with self._lock:
            standing = self.by_client.get((mapping.partner_id, mapping.client_id))
            if standing and (standing.expires_at, standing.email) == (mapping.expires_at, mapping.email):
                del self.by_client[mapping.partner_id, mapping.client_id]


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

    def remove(self, held: HeldEvent) -> None:
        self.held.pop(self._key(held), None)

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
        self.touches: dict[tuple[str, str], Touches] = {}
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

    def remove(self, partner_id: str, identity: str) -> None:
        self.profiles.pop((partner_id, identity), None)

    def view(self, partner_id: str, identity: str) -> ContactView:
        key = partner_id, identity
        return ContactView(
            contact=self.profiles.get(key, Contact(partner_id, identity)),
            segment_ids=self.segment_ids.get(key, frozenset()),
            suppressions=self.suppressions.get(key, frozenset()),
            touches=self.touches.get(key),
        )

    def traits_of(self, partner_id: str, identities: Iterable[str]) -> Mapping[str, str]:
        found = {each: self.profiles.get((partner_id, each)) for each in identities}
        return {
            identity: json.dumps({name: json.loads(trait.value) for name, trait in contact.traits.items()})
            for identity, contact in found.items()
            if contact
        }


class FakePlaces:
    """Keeps them where the contacts' view reads them, and never drops any."""

    def __init__(self, contacts: FakeContacts) -> None:
        self._contacts = contacts
        self._lock = RLock()

    def save(self, touches: Touches, now: datetime) -> None:
        key = touches.partner_id, touches.identity
        with self._lock:
            stored = self._contacts.touches.get(key)
            if touches.version != (stored.version if stored else 0):
                raise Conflict
            self._contacts.touches[key] = replace(touches, version=touches.version + 1)

    def remove(self, partner_id: str, identity: str) -> None:
        self._contacts.touches.pop((partner_id, identity), None)


class FakeErasures:
    def __init__(self) -> None:
        self.standing: dict[tuple[str, str], Erasure] = {}
        self._lock = RLock()

    def find(self, partner_id: str, identity: str) -> Erasure | None:
        return self.standing.get((partner_id, identity))

    def save(self, erasure: Erasure) -> None:
        key = erasure.partner_id, erasure.identity
        with self._lock:
            stored = self.standing.get(key)
            if stored != erasure and erasure.version != (stored.version if stored else 0) + 1:
                raise Conflict
            self.standing[key] = erasure

    def end(self, erasure: Erasure) -> None:
        with self._lock:
            stored = self.standing.pop((erasure.partner_id, erasure.identity), erasure)
            if stored.version != erasure.version:
                self.standing[erasure.partner_id, erasure.identity] = stored
                raise Conflict


class FakeRegistry:
    """The `LiveFlows` and `Definitions` ports over one registry."""

    def __init__(self, partners: FakePartners, cursors: "FakeCursors") -> None:
        self._lock = RLock()
        self._partners = partners
        self._cursors = cursors
        self.heads: dict[tuple[str, str], Trigger] = {}
        self.committed: dict[tuple[str, str, int], Trigger] = {}
        self.drafted: dict[tuple[str, str], TriggerDraft] = {}
        self.flows: dict[tuple[str, str], Flow] = {}
        self.saved_flows: list[Flow] = []
        self.live_partner_ids: set[str] = set()

    def partner_ids(self) -> Iterator[str]:
        yield from sorted(self.live_partner_ids)

    def of_partner(self, partner_id: str) -> Sequence[tuple[LiveFlow, Trigger]]:
        return [
            (
                LiveFlow(owner, flow.flow_id, flow.trigger_id, wait=flow.wait, safety_limit=flow.safety_limit),
                self.heads[owner, flow.trigger_id],
            )
            for (owner, _), flow in sorted(self.flows.items())
            if owner == partner_id and flow.status is FlowStatus.LIVE and (owner, flow.trigger_id) in self.heads
        ]

    def flow(self, partner_id: str, flow_id: str) -> Flow | None:
        return self.flows.get((partner_id, flow_id))

    def create_partner(self, partner: Partner) -> None:
        with self._lock:
            if self._partners.by_id.setdefault(partner.partner_id, partner) != partner:
                raise Conflict

    def partner(self, partner_id: str) -> Partner | None:
        return self._partners.by_id.get(partner_id)

    def partners(self) -> Iterator[Partner]:
        yield from [each for _, each in sorted(self._partners.by_id.items())]

    def save_partner(self, partner: Partner) -> None:
        with self._lock:
            stored = self._partners.by_id.get(partner.partner_id)
            if stored is None or (partner.version != stored.version + 1 and partner != stored):
                raise Conflict
            self._partners.by_id[partner.partner_id] = partner

    def commit_trigger(self, trigger: Trigger, draft: TriggerDraft | None = None) -> None:
        key = trigger.partner_id, trigger.trigger_id
        with self._lock:
            head = self.heads.get(key)
            if head == trigger:
                return
            if trigger.version != (head.version if head else 0) + 1:
                raise Conflict
            if draft is not None:
                self._remove(draft)
            self.heads[key] = self.committed[*key, trigger.version] = trigger

    def trigger(self, partner_id: str, trigger_id: str) -> Trigger | None:
        return self.heads.get((partner_id, trigger_id))

    def triggers(self, partner_id: str) -> Iterator[Trigger]:
        yield from [head for (owner, _), head in sorted(self.heads.items()) if owner == partner_id]

    def trigger_version(self, partner_id: str, trigger_id: str, version: int) -> Trigger | None:
        return self.committed.get((partner_id, trigger_id, version))

    def trigger_versions(self, partner_id: str, trigger_id: str) -> Iterator[Trigger]:
        numbers = sorted(
            (number for *owned, number in self.committed if owned == [partner_id, trigger_id]), reverse=True
        )
        yield from [self.committed[partner_id, trigger_id, number] for number in numbers]

    def save_draft(self, draft: TriggerDraft) -> None:
        key = draft.partner_id, draft.trigger_id
        with self._lock:
            standing = self.drafted.get(key)
            previous = (draft.draft_id, draft.revision - 1) if draft.revision > 1 else None
            if standing != draft and previous != (standing and (standing.draft_id, standing.revision)):
                raise Conflict
            self.drafted[key] = draft

    def draft(self, partner_id: str, trigger_id: str) -> TriggerDraft | None:
        return self.drafted.get((partner_id, trigger_id))

    def drafts(self, partner_id: str) -> Iterator[TriggerDraft]:
        yield from [draft for (owner, _), draft in sorted(self.drafted.items()) if owner == partner_id]

    def discard_draft(self, draft: TriggerDraft) -> None:
        with self._lock:
            if (draft.partner_id, draft.trigger_id) in self.drafted:
                self._remove(draft)

    def _remove(self, draft: TriggerDraft) -> None:
        standing = self.drafted.get((draft.partner_id, draft.trigger_id))
        if standing is None or (standing.draft_id, standing.revision) != (draft.draft_id, draft.revision):
            raise Conflict
        del self.drafted[draft.partner_id, draft.trigger_id]

    def flows_of(self, partner_id: str) -> Iterator[Flow]:
        yield from [flow for (owner, _), flow in sorted(self.flows.items()) if owner == partner_id]

    def flow_versions(self, partner_id: str, flow_id: str) -> Iterator[Flow]:
        saved = [each for each in self.saved_flows if (each.partner_id, each.flow_id) == (partner_id, flow_id)]
        yield from reversed(saved)

    def save_flow(self, flow: Flow) -> None:
        with self._lock:
            self._save_flow(flow)

    def launch(self, flow: Flow, cursor: Cursor) -> None:
        with self._lock:
            if self._save_flow(flow):
                self._cursors.positions[cursor.partner_id, cursor.flow_id] = cursor
                self.live_partner_ids.add(flow.partner_id)

    def resume(self, flow: Flow, standing: Cursor, following: Cursor) -> None:
        with self._lock:
            before = self.flows.get((flow.partner_id, flow.flow_id))
            if self._save_flow(flow):
                try:
                    self._cursors.advance(standing, following)
                except Conflict:
                    assert before is not None
                    self.saved_flows.pop()
                    self.flows[flow.partner_id, flow.flow_id] = before
                    raise

    def _save_flow(self, flow: Flow) -> bool:
        """Tell whether it was stored now; False when it stood there already."""
        current = self.flows.get((flow.partner_id, flow.flow_id))
        if current == flow:
            return False
        if flow.version != (current.version if current else 0) + 1:
            raise Conflict
        self.flows[flow.partner_id, flow.flow_id] = flow
        self.saved_flows.append(flow)
        return True


class FakeCursors:
    def __init__(self) -> None:
        self.positions: dict[tuple[str, str], Cursor] = {}
        self._lock = RLock()

    def of_partner(self, partner_id: str) -> Mapping[str, Cursor]:
        return {flow_id: cursor for (owner, flow_id), cursor in self.positions.items() if owner == partner_id}

    def advance(self, standing: Cursor, following: Cursor) -> None:
        key = standing.partner_id, standing.flow_id
        with self._lock:
            stored = self.positions.get(key)
            if stored is None or stored.position != standing.position:
                raise Conflict
            self.positions[key] = following


class FakeSafetyHolds:
    def __init__(self) -> None:
        self.standing: dict[tuple[str, str], SafetyHold] = {}
        self._lock = RLock()

    def of_partner(self, partner_id: str) -> Mapping[str, SafetyHold]:
        return {flow_id: hold for (owner, flow_id), hold in self.standing.items() if owner == partner_id}

    def save(self, hold: SafetyHold) -> None:
        key = hold.run.partner_id, hold.run.flow_id
        with self._lock:
            stored = self.standing.get(key)
            if stored != hold and hold.version != (stored.version if stored else 0) + 1:
                raise Conflict
            self.standing[key] = hold


class FakeHistory:
    """Gives a name for each hour asked for; a `FakeEngine` reads what it stands for from the events."""

    def __init__(self) -> None:
        self.asked: list[datetime] = []
        self.refusal: TooLarge | None = None

    def of_hours(self, partner_id: str, shards: int, hours: Sequence[datetime]) -> Sequence[Path]:
        if self.refusal is not None:
            raise self.refusal
        self.asked += hours
        return [Path(partner_id) / hour.isoformat() for hour in hours]


class FakeDeferrals:
    def __init__(self) -> None:
        self.kept: dict[tuple[str, datetime, str, str], Deferral] = {}

    def keep(self, deferral: Deferral) -> None:
        key, match = self._key(deferral), replace(deferral.match, exit=None)
        standing = self.kept[key].match.received_at if key in self.kept else None
        if match.received_at is None or standing is None or standing >= match.received_at:
            self.kept[key] = replace(deferral, match=match)

    def due(self, partner_id: str, up_to: datetime) -> Iterator[Deferral]:
        yield from [
            each for key, each in sorted(self.kept.items()) if each.match.partner_id == partner_id and key[1] <= up_to
        ]

    def remove_all(self, deferrals: Sequence[Deferral]) -> None:
        for each in deferrals:
            self.kept.pop(self._key(each), None)

    @staticmethod
    def _key(deferral: Deferral) -> tuple[str, datetime, str, str]:
        return deferral.match.partner_id, deferral.due_at, deferral.match.flow_id, deferral.match.event_id


class FakeAuditLog:
    def __init__(self) -> None:
        self.written: dict[tuple[str | None, datetime, str], AuditEntry] = {}

    def write(self, entry: AuditEntry) -> None:
        self.written[entry.partner_id, entry.at, entry.entry_id] = entry

    def newest(self, partner_id: str | None, before: tuple[datetime, str] | None = None) -> Iterator[AuditEntry]:
        for entry in sorted(self.written.values(), key=lambda each: (each.at, each.entry_id), reverse=True):
            if entry.partner_id == partner_id and (before is None or (entry.at, entry.entry_id) < before):
                yield entry


class FakeSuppressions:
    """Keeps its names where the contacts' view reads them."""

    def __init__(self, contacts: FakeContacts) -> None:
        self.standing: dict[tuple[str, str, str], Suppression] = {}
        self._contacts = contacts
        self._lock = RLock()

    def add(self, suppression: Suppression) -> bool:
        with self._lock:
            key = suppression.partner_id, suppression.identity, suppression.name
            is_new = self.standing.setdefault(key, suppression) is suppression
            self._show(*key[:2])
            return is_new

    def lift(self, partner_id: str, identity: str, reason: SuppressionReason, scope: Scope) -> None:
        with self._lock:
            self.standing.pop((partner_id, identity, name_of(reason, scope)), None)
            self._show(partner_id, identity)

    def of_contact(self, partner_id: str, identity: str) -> Sequence[Suppression]:
        return [each for key, each in sorted(self.standing.items()) if key[:2] == (partner_id, identity)]

    def of_partner(self, partner_id: str, after: str | None, limit: int) -> Page[Suppression]:
        own = [each for key, each in sorted(self.standing.items()) if key[0] == partner_id]
        return page_of((each for each in own if after is None or each.identity > after), limit)

    def _show(self, partner_id: str, identity: str) -> None:
        names = frozenset(each.name for each in self.of_contact(partner_id, identity))
        self._contacts.suppressions[partner_id, identity] = names


class FakeMessages:
    def __init__(self) -> None:
        self.kept: dict[tuple[str, str, str], KeptMessage] = {}

    def keep(self, message: KeptMessage) -> None:
        self.kept[message.partner_id, message.flow_id, bounded(message.event_id)] = message

    def find(self, partner_id: str, flow_id: str, event_id: str) -> KeptMessage | None:
        return self.kept.get((partner_id, flow_id, bounded(event_id)))

    def remove(self, partner_id: str, flow_id: str, event_id: str) -> None:
        self.kept.pop((partner_id, flow_id, bounded(event_id)), None)


class FakeHistoryFiles:
    def __init__(self) -> None:
        self.kept: set[tuple[str, datetime]] = set()

    def remove(self, partner_id: str, hours: Sequence[datetime]) -> None:
        self.kept -= {(partner_id, hour) for hour in hours}


class FakeDeliveries:
    def __init__(self) -> None:
        self.decisions: dict[tuple[str, str, str], Decision] = {}
        self._lock = RLock()

    def find(self, partner_id: str, flow_id: str, event_id: str) -> Decision | None:
        return self.decisions.get((partner_id, flow_id, bounded(event_id)))

    def claim(self, decision: Decision) -> Decision | None:
        with self._lock:
            standing = self.decisions.setdefault(self._key(decision), decision)
            return None if standing is decision else standing

    def settle(self, standing: Decision, following: Decision) -> None:
        with self._lock:
            stored = self.decisions.get(self._key(standing))
            if stored is None or self._state(stored) != self._state(standing):
                raise Conflict
            self.decisions[self._key(standing)] = following

    @staticmethod
    def _key(decision: Decision) -> tuple[str, str, str]:
        return decision.partner_id, decision.flow_id, bounded(decision.event_id)

    @staticmethod
    def _state(decision: Decision) -> tuple[Outcome, int, int]:
        return decision.outcome, decision.attempts, decision.feedback.revision


class FakeDecisionLists:
    """Lists what a `FakeDeliveries` holds."""

    def __init__(self, deliveries: FakeDeliveries) -> None:
        self._deliveries = deliveries

    def of_flow(
        self, partner_id: str, flow_id: str, window: Window, before: Place | None = None
    ) -> Iterator[DecisionSummary]:
        ended = [each for each in self._ended(partner_id, window) if each.flow_id == flow_id]
        for each in sorted(map(_summary_of, ended), key=_order, reverse=True):
            if before is None or _order(each) < (before.decided_at, before.event_id):
                yield each

    def of_contact(self, partner_id: str, identity: str, window: Window) -> Iterator[Decision]:
        ended = [each for each in self._ended(partner_id, window) if each.identity == identity]
        yield from sorted(ended, key=lambda each: each.decided_at, reverse=True)

    def find_all(self, names: Sequence[DecisionName]) -> Sequence[Decision]:
        found = (self._deliveries.find(each.partner_id, each.flow_id, each.event_id) for each in names)
        return [each for each in found if each is not None]

    def _ended(self, partner_id: str, window: Window) -> Iterator[Decision]:
        for each in self._deliveries.decisions.values():
            is_listed = each.outcome is not Outcome.IN_FLIGHT and window.start < each.decided_at <= window.end
            if each.partner_id == partner_id and is_listed:
                yield each


def _order(summary: DecisionSummary) -> tuple[datetime, str]:
    return summary.decided_at, summary.event_id


def _summary_of(decision: Decision) -> DecisionSummary:
    return DecisionSummary(
        event_id=bounded(decision.event_id),
        identity=decision.identity,
        flow_version=decision.flow_version,
        outcome=decision.outcome,
        decided_at=decision.decided_at,
        received_at=decision.received_at,
        reason=decision.reason,
        arm=decision.arm,
        told=frozenset(decision.feedback.by_news),
    )
