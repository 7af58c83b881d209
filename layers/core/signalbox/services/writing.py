"""Make the message of a match: its content rendered, and addressed as its channel needs it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from signalbox.domain.contacts import ContactView
from signalbox.domain.content import Blocks, ContentProblem, Names, Parts, content_names, template_parts
from signalbox.domain.contents import Content, EmailContent, PushContent, SmsContent, WebhookContent
from signalbox.domain.decision_names import DecisionName
from signalbox.domain.decisions import Match, SkipReason
from signalbox.domain.errors import Rejected
from signalbox.domain.events import Event
from signalbox.domain.flows import Flow
from signalbox.domain.messages import AddressedPayload, EmailMessage, Message, value_part
from signalbox.domain.partners import Partner
from signalbox.domain.push import PushMessage
from signalbox.domain.sms import SmsMessage, is_phone_number
from signalbox.domain.unsubscribing import unsubscribe_url
from signalbox.domain.webhooks import payload_of
from signalbox.ports import KnownBlocks, Renderer
from signalbox.services.composing import Composing

NO_LINK = "preview"
"""The token of the unsubscribe link in what is only looked at: it is nobody's."""


@dataclass(frozen=True, slots=True)
class Case:
    """One match with all that its message is made of; what is only supposed to be sent unsubscribes nobody."""

    match: Match
    partner: Partner
    flow: Flow
    event: Event | None
    view: ContactView
    now: datetime
    is_supposed: bool = False

    @property
    def names(self) -> Names:
        """Give what conditions and templates see; content is given some more."""
        return content_names(self.flow, self.match, self.event, self.view.contact)

    @property
    def email_address(self) -> str:
        """Prefer the address as the event gave it, which keeps the case of its local part."""
        event, identity = self.event, self.view.contact.identity
        return event.email if event and event.email and event.identity == identity else identity

    def trait(self, name: str) -> Any:
        """Give a trait that is an address: the contact's, and the event's before it only where it is of this person."""
        event = self.event if self.event and self.event.identity == self.view.contact.identity else None
        return content_names(self.flow, self.match, event, self.view.contact)["contact"].get(name)


class Writing:
    """What turns a content into a message, or says why there is none."""

    def __init__(self, *, blocks: KnownBlocks, renderer: Renderer, public_url: str) -> None:
        self._composing = Composing(blocks=blocks, renderer=renderer)
        self._renderer = renderer
        self._public_url = public_url

    def write(self, case: Case, content: Content, names: Names) -> Message | ContentProblem:
        """Render and address; the problem is `no_address` where the contact has no trait for this channel."""
        parts = template_parts(content)
        if isinstance(content, EmailContent):
            return self._email(case, content, names, self._blocks(case, parts))
        target = _target(case, content)
        if isinstance(target, ContentProblem):
            return target
        texts = self._renderer.render_parts(parts, names, self._blocks(case, parts))
        if isinstance(texts, ContentProblem):
            return texts
        match content:
            case SmsContent():
                return SmsMessage(target, texts["text"], case.flow.is_transactional)
            case PushContent():
                return _notification(case, content, target, texts)
            case WebhookContent():
                return _payload(case, target, texts["data"])

    def _blocks(self, case: Case, parts: Parts) -> Blocks:
        sources = [part.source for part in parts.values()]
        return self._composing.blocks_for(case.partner.partner_id, sources, sees_archived=True)

    def _email(self, case: Case, content: EmailContent, names: Names, blocks: Blocks) -> EmailMessage | ContentProblem:
        """Give it what only an e-mail has: the link to unsubscribe, and its decision's name."""
        match = case.match
        name = DecisionName.of(match.partner_id, match.flow_id, match.event_id)
        url = unsubscribe_url(self._public_url, name, case.partner.signing_key)
        if case.is_supposed:
            url = f"{self._public_url}/u/{NO_LINK}"
        rendered = self._renderer.render(content, {**names, "unsubscribe_url": url}, case.email_address, blocks)
        if isinstance(rendered, ContentProblem):
            return rendered
        return replace(rendered, unsubscribe_url=url, decision=name)


def _target(case: Case, content: WebhookContent | SmsContent | PushContent) -> str | ContentProblem:
    """Find where the message goes: a destination's id, a number, or the ARN of a phone's endpoint."""
    if isinstance(content, WebhookContent):
        return content.destination_id
    address = case.trait(content.trait)
    if address is None or address == "":
        return _no_address(content.trait, "is missing")
    if isinstance(content, SmsContent):
        is_one = isinstance(address, str) and is_phone_number(address)
        return address if is_one else _no_address(content.trait, "is not one number in E.164")
    is_one = isinstance(address, str) and _application_of(case.partner, address) is not None
    return address if is_one else _no_address(content.trait, "is no endpoint of the partner's applications")


def _no_address(trait: str, fault: str) -> ContentProblem:
    return ContentProblem(SkipReason.NO_ADDRESS, f"contact.{trait} {fault}")


def _application_of(partner: Partner, endpoint_arn: str) -> str | None:
    tried = (PushMessage(each, endpoint_arn, "", "") for each in partner.push_applications)
    return next((each.application_arn for each in tried if each.has_its_endpoint), None)


def _notification(case: Case, content: PushContent, endpoint_arn: str, texts: Mapping[str, str]) -> PushMessage:
    values = {name: texts[value_part(name)] for name in content.values}
    application_arn = _application_of(case.partner, endpoint_arn) or ""
    return PushMessage(application_arn, endpoint_arn, texts["title"], texts["text"], values)


def _payload(case: Case, destination_id: str, data: str) -> AddressedPayload | ContentProblem:
    """Name it by its decision; where the event is not stored, it happened when the run found it."""
    match = case.match
    occurred_at = case.event.occurred_at if case.event else match.matched_at or case.now
    try:
        payload = payload_of(match.partner_id, match.flow_id, match.event_id, occurred_at, data)
    except Rejected as refusal:
        return ContentProblem(SkipReason.CONTENT_ERROR, str(refusal))
    return AddressedPayload(destination_id, payload)
