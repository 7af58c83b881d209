"""A house of sending: the service with fakes behind it, one live flow and one stored event."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from signalbox.domain.flows import Flow
from signalbox.services.claiming import Claiming
from signalbox.services.considering import Considering
from signalbox.services.placing import Placing
from signalbox.services.sending import Sending
from tests.fakes.others import FakeChannel, FakeClock, FakeConditions, FakeRenderer
from tests.fakes.segments import FakeContentBlocks, FakeSegments
from tests.fakes.stores import (
    FakeContacts,
    FakeCursors,
    FakeDeferrals,
    FakeDeliveries,
    FakeEvents,
    FakePartners,
    FakePlaces,
    FakeRegistry,
)
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID

ANA = (PARTNER_ID, "ana@example.org")


def wired(ports: Mapping[str, object]) -> Sending:
    """Wire the service as the send function does, over ports by their names; without segments and blocks none exist."""
    ports = {"segments": FakeSegments(), "blocks": FakeContentBlocks(), **ports}
    considering = Considering(
        public_url="https://api.example",
        **{name: ports[name] for name in CONSIDERING},  # type: ignore[arg-type]  # fakes by name
    )
    return Sending(
        clock=ports["clock"],  # type: ignore[arg-type]  # and so on
        considering=considering,
        placing=Placing(contacts=ports["contacts"], places=ports["places"]),  # type: ignore[arg-type]
        claiming=Claiming(clock=ports["clock"], deliveries=ports["deliveries"]),  # type: ignore[arg-type]
        deferrals=ports["deferrals"],  # type: ignore[arg-type]
        channel=ports["channel"],  # type: ignore[arg-type]
    )


CONSIDERING = ("clock", "partners", "live_flows", "events", "contacts", "renderer", "conditions", "segments", "blocks")


class House:
    def __init__(self) -> None:
        self.clock = FakeClock(NOON + timedelta(minutes=1))
        self.partners = FakePartners(makers.partner())
        self.registry = FakeRegistry(self.partners, FakeCursors())
        self.events = FakeEvents()
        self.contacts = FakeContacts()
        self.places = FakePlaces(self.contacts)
        self.deliveries = FakeDeliveries()
        self.deferrals = FakeDeferrals()
        self.renderer = FakeRenderer()
        self.conditions = FakeConditions()
        self.segments = FakeSegments()
        self.blocks = FakeContentBlocks()
        self.channel = FakeChannel()
        self.registry.commit_trigger(makers.trigger())
        self.registry.save_flow(makers.flow())
        self.events.append(makers.event(), 1)
        self.service = self.service_with()

    @property
    def ports(self) -> dict[str, Any]:
        """Give every port by its name."""
        return {
            "clock": self.clock,
            "partners": self.partners,
            "live_flows": self.registry,
            "events": self.events,
            "contacts": self.contacts,
            "places": self.places,
            "deliveries": self.deliveries,
            "deferrals": self.deferrals,
            "renderer": self.renderer,
            "conditions": self.conditions,
            "segments": self.segments,
            "blocks": self.blocks,
            "channel": self.channel,
        }

    def service_with(self, **ports: object) -> Sending:
        return wired(self.ports | ports)

    def change_flow(self, **changes: object) -> Flow:
        current = self.registry.flows[PARTNER_ID, "flow_1"]
        changed = makers.flow(version=current.version + 1, **changes)
        self.registry.save_flow(changed)
        return changed
