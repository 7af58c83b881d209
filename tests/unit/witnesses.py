"""Channels that watch who gets what, and where: each message says in its own words whose it is."""

import json
from collections.abc import Mapping
from typing import Any

from signalbox.domain.contacts import Contact, Trait
from signalbox.domain.content import NO_BLOCKS, Blocks, Names, Parts
from signalbox.domain.contents import Content, EmailContent, PushContent, SmsContent, WebhookContent
from signalbox.domain.errors import Ambiguous, Gone, Rejected, SignalboxError, Transient
from signalbox.domain.messages import EmailMessage
from signalbox.domain.suppressions import Scope, SuppressionReason
from tests.fakes.others import FakeRenderer
from tests.unit.accounts import ZONES, Account, Left, Name
from tests.unit.makers import NOON, PARTNER_ID

PARTNERS = (PARTNER_ID, "partner_2")
CONTACTS = tuple(ZONES)


def content_of(partner_id: str, flow_id: str) -> Content:
    """Give a content that says whose it is."""
    others: dict[str, Content] = {
        "texting": SmsContent(partner_id),
        "pushing": PushContent(partner_id, partner_id),
        "posting": WebhookContent("hooks", partner_id),
    }
    return others.get(flow_id, EmailContent(partner_id, "Hello"))


def number_of(partner_id: str, identity: str) -> str:
    return f"+49170{PARTNERS.index(partner_id)}00000{CONTACTS.index(identity)}"


def endpoint_of(partner_id: str, identity: str) -> str:
    device = f"0f8b1c2d-3e4f-4a5b-8c6d-00000000000{CONTACTS.index(identity)}"
    return f"{application_of(partner_id).replace(':app/', ':endpoint/')}/{device}"


def application_of(partner_id: str) -> str:
    return f"arn:aws:sns:eu-west-1:123456789012:app/GCM/{partner_id}"


def profile_of(partner_id: str, identity: str, tier: str = "silver") -> Contact:
    values = {
        "tier": tier,
        "phone": number_of(partner_id, identity),
        "push_endpoint_arn": endpoint_of(partner_id, identity),
        "timezone": ZONES[identity],
    }
    return Contact(partner_id, identity, {name: Trait(json.dumps(value), NOON) for name, value in values.items()}, 1)


class TellingRenderer(FakeRenderer):
    """Says in what is no e-mail whose it is: the partner, which its template names, the flow and the event."""

    def render_parts(self, parts: Parts, names: Names, blocks: Blocks = NO_BLOCKS) -> Mapping[str, str]:
        said = names["flow"]["id"], names["event"]["event_id"]
        return {name: json.dumps([part.source, *said]) for name, part in parts.items()}


class Witness:
    """A channel: asks the account about each message that leaves, and does what the next fault says."""

    def __init__(self, account: Account, channel: str) -> None:
        self.account = account
        self.channel = channel
        self.next_fault: SignalboxError | None = None
        self.arrives = True
        self.gone: list[tuple[str, str, SuppressionReason, Scope]] = []
        self.webhook_ids: dict[Name, set[str]] = {}

    def send(self, *told: Any) -> str:
        """Take (message) or (destination, message)."""
        name = self._name_in(*told)
        fault, self.next_fault = self.next_fault, None
        if isinstance(fault, Gone):
            fault = self._gone(name)
        may_hide = isinstance(fault, Ambiguous) or (self.channel == "webhook" and isinstance(fault, Transient))
        self.account.tried[name] = self.account.clock.now()
        if may_hide:
            self.account.hidden.add(name)
        if fault is None or (may_hide and self.arrives):
            self._leave(name)
        if fault:
            raise fault
        return "provider-1"

    def _gone(self, name: Name) -> SignalboxError:
        """Say that a number has opted out or a phone is not there; an e-mail and a webhook are only refused."""
        reason = {"sms": SuppressionReason.UNSUBSCRIBED, "push": SuppressionReason.BOUNCED}.get(self.channel)
        if reason is None:
            return Rejected("said so")
        self.gone.append((name[0], self.account.visit(name).identity, reason, Scope(self.channel)))
        return Gone("said so")

    def _leave(self, name: Name) -> None:
        objections = self.account.objections(name, self.channel)
        assert not objections, f"{name} left over {self.channel} in spite of {sorted(objections)}"
        has_left = any(each.name == name for each in self.account.left)
        assert not has_left or self.channel == "webhook", f"{name} left twice"
        assert len(self.webhook_ids.get(name, ())) <= 1, "a webhook that came again had another name"
        self.account.left.append(Left(name, self.channel, self.account.clock.now()))

    def _name_in(self, *told: Any) -> Name:
        """Tell whose message it is, and see that it goes where this person of this partner is."""
        message = told[-1]
        if isinstance(message, EmailMessage):
            assert message.decision is not None
            name = message.decision.partner_id, message.decision.flow_id, message.decision.event_id
            self.account.links.append((name, (message.unsubscribe_url or "").rpartition("/")[2]))
            said, goes_to = message.subject, message.to
        else:
            text = message.body if self.channel == "webhook" else message.text
            said, flow_id, event_id = json.loads(text)["data"] if self.channel == "webhook" else json.loads(text)
            name = said, flow_id, event_id
            if self.channel == "webhook":
                self.webhook_ids.setdefault(name, set()).add(message.webhook_id)
            goes_to = self._address(*told)
        identity = self.account.visit(name).identity
        expected = {"email": identity, "sms": number_of(name[0], identity), "push": endpoint_of(name[0], identity)}
        assert (said, goes_to) == (name[0], expected.get(self.channel, name[0])), "a message went astray"
        return name

    def _address(self, *told: Any) -> str:
        message = told[-1]
        match self.channel:
            case "sms":
                return str(message.to)
            case "push":
                return str(message.endpoint_arn)
            case _:
                return str(told[0].partner_id)
