"""The collect function as API Gateway sees it, wired as its app.py does but for the stores, which are fakes."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signalbox.collect_routes import CollectRoutes
from signalbox.domain.identities import MAPPING_LIFETIME
from signalbox.domain.identities import Mapping as IdentityMapping
from signalbox.observability import Telemetry
from signalbox.services.identification import Identification
from signalbox.services.ingestion import Ingestion
from signalbox.wire.traits import traits_of
from tests.fakes.others import FakeClock
from tests.fakes.stores import (
    FakeContacts,
    FakeEvents,
    FakeHeldEvents,
    FakeIdentities,
    FakePartners,
    FakeQuarantine,
)
from tests.unit import makers

COLLECT = "POST /http/v1/collect"
LENIENT_ID = "partner_lenient"
KNOWN_CLIENT = "known-client"
"""A client of both partners whose address an identify has told."""


@dataclass(frozen=True)
class Answer:
    """What API Gateway is given to answer with."""

    status: int
    headers: Mapping[str, str]
    body: str

    def told(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Kept:
    """How many events are where; `warned` counts what quarantine keeps of events that were taken."""

    stored: int = 0
    held: int = 0
    quarantined: int = 0
    warned: int = 0


class Door:
    """Two partners, `makers.PARTNER_ID` and the lenient one, with one secret; empty stores."""

    def __init__(self) -> None:
        self.clock = FakeClock(makers.NOON)
        self.events = FakeEvents()
        self.identities = FakeIdentities()
        self.held_events = FakeHeldEvents(self.events, self.clock)
        self.quarantine = FakeQuarantine()
        self.contacts = FakeContacts()
        self.partners = FakePartners(makers.partner(), makers.partner(partner_id=LENIENT_ID, lenient=True))
        self.telemetry = Telemetry("door")
        self.routes = self.routes_with()
        self.empty()

    def routes_with(self, **ports: Any) -> CollectRoutes:
        """Wire the routes, some of the ports replaced."""
        identification = Identification(
            clock=self.clock,
            identities=self.identities,
            held_events=self.held_events,
            contacts=self.contacts,
            traits_of=traits_of,
        )
        given = {"events": self.events, "partners": self.partners, "quarantine": self.quarantine, **ports}
        ingestion = Ingestion(clock=self.clock, identification=identification, **given)
        return CollectRoutes(ingestion, self.telemetry)

    def empty(self) -> None:
        """Forget all events and people but the known client."""
        for kept in (self.events.stored, self.held_events.held, self.quarantine.kept, self.contacts.profiles):
            kept.clear()
        self.identities.by_client.clear()
        for partner_id in self.partners.by_id:
            expires_at = self.clock.now() + MAPPING_LIFETIME
            self.identities.put(IdentityMapping(partner_id, KNOWN_CLIENT, "ana@example.org", None, expires_at))

    def send(self, body: bytes | str, headers: Mapping[str, str] | None = None, route: str = COLLECT) -> Answer:
        """Send a body as API Gateway passes it on: text as it is, anything else in base64."""
        passed = (
            {"body": body, "isBase64Encoded": False}
            if isinstance(body, str)
            else {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
        )
        event = {"routeKey": route, "headers": headers or {}, "requestContext": {"requestId": "request-1"}, **passed}
        answer = self.routes.answer(event)
        return Answer(answer["statusCode"], answer.get("headers", {}), answer["body"])

    def kept(self) -> Kept:
        quarantine = self.quarantine.kept.values()
        return Kept(
            stored=len(self.events.stored),
            held=len(self.held_events.held),
            quarantined=sum(not each.accepted for each in quarantine),
            warned=sum(each.accepted for each in quarantine),
        )
