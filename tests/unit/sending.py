"""A house of sending: the service with fakes behind it, one live flow and one stored event."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from signalbox.domain.flows import Flow
from signalbox.domain.messages import EmailMessage
from signalbox.domain.push import PushMessage
from signalbox.domain.sms import SmsMessage
from signalbox.services.claiming import Claiming
from signalbox.services.considering import Considering
from signalbox.services.handing_over import HandingOver
from signalbox.services.placing import Placing
from signalbox.services.sending import Sending
from signalbox.services.suppressing import Suppressing
from signalbox.services.webhook_delivery import WebhookDelivery
from tests.fakes.destinations import FakeDestinations, FakeWebhookChannel
from tests.fakes.others import FakeChannel, FakeClock, FakeConditions, FakeRenderer
from tests.fakes.segments import FakeContentBlocks, FakeSegments
from tests.fakes.stores import (
    FakeContacts,
    FakeCursors,
    FakeDeferrals,
    FakeDeliveries,
    FakeEvents,
    FakeMessages,
    FakePartners,
    FakePlaces,
    FakeRegistry,
    FakeSuppressions,
)
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID

ANA = (PARTNER_ID, "ana@example.org")
NUMBER = "+491701234567"
APPLICATION = "arn:aws:sns:eu-west-1:123456789012:app/GCM/shop"
ENDPOINT = "arn:aws:sns:eu-west-1:123456789012:endpoint/GCM/shop/0f8b1c2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d"


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
        handing_over=HandingOver(
            messages=ports["messages"],  # type: ignore[arg-type]
            email=ports["channel"],  # type: ignore[arg-type]
            webhooks=WebhookDelivery(
                destinations=ports["destinations"],  # type: ignore[arg-type]
                channel=ports["webhooks"],  # type: ignore[arg-type]
            ),
            sms=ports["sms"],  # type: ignore[arg-type]
            push=ports["push"],  # type: ignore[arg-type]
            suppressing=Suppressing(clock=ports["clock"], suppressions=ports["suppressions"]),  # type: ignore[arg-type]
        ),
    )


CONSIDERING = ("clock", "partners", "live_flows", "events", "contacts", "renderer", "conditions", "segments", "blocks")


def beside_email(contacts: FakeContacts) -> dict[str, object]:
    """Give the ports that a plain e-mail does not come by, and the one that it only passes."""
    return {
        "messages": FakeMessages(),
        "suppressions": FakeSuppressions(contacts),
        "destinations": FakeDestinations(),
        "webhooks": FakeWebhookChannel(),
        "sms": FakeChannel[SmsMessage](),
        "push": FakeChannel[PushMessage](),
    }


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
        self.messages = FakeMessages()
        self.suppressions = FakeSuppressions(self.contacts)
        self.destinations = FakeDestinations()
        self.channel = FakeChannel[EmailMessage]()
        self.webhooks = FakeWebhookChannel()
        self.sms = FakeChannel[SmsMessage]()
        self.push = FakeChannel[PushMessage]()
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
            "messages": self.messages,
            "suppressions": self.suppressions,
            "destinations": self.destinations,
            "channel": self.channel,
            "webhooks": self.webhooks,
            "sms": self.sms,
            "push": self.push,
        }

    @property
    def channels(self) -> dict[str, Any]:
        """Give the fake of each channel by its name."""
        return {"email": self.channel, "webhook": self.webhooks, "sms": self.sms, "push": self.push}

    def service_with(self, **ports: object) -> Sending:
        return wired(self.ports | ports)

    def change_flow(self, **changes: object) -> Flow:
        current = self.registry.flows[PARTNER_ID, "flow_1"]
        changed = makers.flow(version=current.version + 1, **changes)
        self.registry.save_flow(changed)
        return changed
