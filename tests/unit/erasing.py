"""A shop with stores of any kind, somebody who wants to be forgotten in it, and others who do not."""

import zlib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from signalbox.domain.contacts import Contact, Trait
from signalbox.domain.decisions import Deferral, Outcome, Step
from signalbox.domain.erasures import DELETED_LATE
from signalbox.domain.errors import Reason
from signalbox.domain.events import HeldEvent
from signalbox.domain.frequency import Touch, Touches
from signalbox.domain.identities import MAPPING_LIFETIME, Mapping
from signalbox.domain.messages import KeptMessage
from signalbox.domain.partners import Partner
from signalbox.domain.quarantine import QuarantinedEvent
from signalbox.domain.segments import ListSegment
from signalbox.domain.suppressions import Scope, Suppression, SuppressionReason
from signalbox.services.erasing import Erasing, Progress
from signalbox.services.forgetting import Forgetting
from signalbox.services.subject_exporting import SubjectExporting
from tests.fakes.others import Crashing, CrashPlan, FakeClock, never
from tests.fakes.stores import FakeHistoryFiles
from tests.unit import makers
from tests.unit.makers import NOON

ANA, BEN = "ana@example.org", "ben@example.org"
RETENTION = timedelta(days=2)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FORGETTING = ("deliveries", "deferrals", "messages")
ERASING = (
    "erasures", "contacts", "memberships", "places", "events", "identities", "held_events", "quarantine",
    "definitions", "decision_lists",
)  # fmt: skip
EXPORTING = (
    "contacts", "segments", "suppressions", "events", "identities", "held_events", "quarantine", "decision_lists",
    "messages",
)  # fmt: skip


class Shop:
    """`stores` has every store by its port's name; what is asked for is about Ana, and it is NOON."""

    def __init__(self, stores: Any, partner_id: str = makers.PARTNER_ID, shards: int = 2) -> None:
        self.stores = stores
        self.partner: Partner = makers.partner(partner_id=partner_id, shards=shards)
        self.clock = FakeClock(NOON)
        self.files = FakeHistoryFiles()
        self.flow = makers.flow(partner_id=partner_id)
        stores.definitions.save_flow(self.flow)

    def erasing(self, plan: CrashPlan = never) -> Erasing:
        ports = {name: Crashing(getattr(self.stores, name), plan) for name in (*ERASING, *FORGETTING)}
        return Erasing(
            clock=self.clock,
            forgetting=Forgetting(clock=self.clock, **{name: ports[name] for name in FORGETTING}),
            history_files=Crashing(self.files, plan),
            event_retention=RETENTION,
            **{name: ports[name] for name in ERASING},
        )

    def exporting(self, part_bytes: int) -> SubjectExporting:
        ports = {name: getattr(self.stores, name) for name in EXPORTING}
        return SubjectExporting(clock=self.clock, event_retention=RETENTION, part_bytes=part_bytes, **ports)

    def erase(self) -> Progress:
        """Ask as often as the answer says, at the times it says."""
        for _ in range(20):
            progress = self.erasing().go_on(self.partner, ANA)
            if progress.goes_on_at is None:
                return progress
            self.clock.instant = max(self.clock.instant, progress.goes_on_at)
        raise AssertionError("it is never done")

    def own(self, **changes: Any) -> dict[str, Any]:
        return {"partner_id": self.partner.partner_id, **changes}

    def receive(self, number: int, at: datetime, **changes: Any) -> None:
        body = '{"traits":{"email":"Ana@Example.org"}}'
        told = {"event_id": f"event-{number}", "received_at": at, "client_id": f"client-{number}", "body": body}
        self.stores.events.append(makers.event(**self.own(**told | changes)), self.partner.shards)
        self.files.kept.add((self.partner.partner_id, at.replace(minute=0, second=0, microsecond=0)))

    def decide(self, number: int, at: datetime, outcome: Outcome, identity: str = ANA) -> None:
        due_at = at + HOUR if outcome is Outcome.DEFERRED else None
        told = self.own(event_id=f"event-{number}", received_at=at, identity=identity)
        trace = (Step("content", f"for {identity}"),)
        made = makers.decision(**told, outcome=outcome, decided_at=at, due_at=due_at, detail=identity, trace=trace)
        self.stores.deliveries.claim(made)
        parts = {"text": f"Hello {identity}"}
        said = KeptMessage(made.partner_id, made.flow_id, made.event_id, "email", parts, at)
        self.stores.messages.keep(said)
        if due_at is not None:
            self.stores.deferrals.keep(Deferral(makers.match(**told, row={"email": identity}), due_at))

    def know(self, identity: str) -> None:
        partner_id = self.partner.partner_id
        self.stores.contacts.save(Contact(partner_id, identity, {"email": Trait(f'"{identity}"', NOON)}))
        self.stores.memberships.put_on(partner_id, "segment_1", [identity], NOON, "edda")
        touch = Touch("flow_1", "event-1", "email", NOON, NOON + HOUR)
        self.stores.places.save(Touches(partner_id, identity, (touch,)), NOON)

    def map_client(self, number: int, identity: str, *, made_at: datetime = NOON) -> None:
        ends_at = made_at + MAPPING_LIFETIME
        self.stores.identities.put(Mapping(self.partner.partner_id, f"client-{number}", identity, None, ends_at))

    def hold(self, number: int) -> None:
        told = {"event_id": f"held-{number}", "client_id": f"client-{number}", "identity": None, "email": None}
        event = makers.event(**self.own(**told), body=f'{{"userId":"{ANA}"}}')
        self.stores.held_events.hold(HeldEvent(event, NOON + timedelta(days=7)))

    def quarantine(self, number: int, at: datetime, body: str) -> None:
        reasons = (Reason("", "expected an object"),)
        self.stores.quarantine.keep(QuarantinedEvent(self.partner.partner_id, f"bad-{number}", at, reasons, body))

    def suppress(self, identity: str) -> None:
        told = self.partner.partner_id, identity, SuppressionReason.UNSUBSCRIBED, Scope.ALL
        self.stores.suppressions.add(Suppression(*told, NOON, "recipient"))

    def name_segment(self) -> None:
        self.stores.segments.save(ListSegment(self.partner.partner_id, "segment_1", "Regulars"))


OLDEST = NOON - RETENTION - DELETED_LATE + MINUTE


def texts_of(value: Any) -> Iterator[str]:
    """Give every text in a value, however deep and packed."""
    match value:
        case str():
            yield value
        case bytes():
            yield zlib.decompress(value).decode() if value[:1] == b"x" else value.decode(errors="replace")
        case dict():
            yield from texts_of(list(value.items()))
        case list() | tuple() | set() | frozenset():
            yield from chain.from_iterable(map(texts_of, value))
        case _ if is_dataclass(value):
            yield from chain.from_iterable(texts_of(getattr(value, each.name)) for each in fields(value))


def names(value: Any, identity: str) -> bool:
    return any(identity in text.lower().replace("\\u0040", "@") for text in texts_of(value))
