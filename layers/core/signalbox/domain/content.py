"""Content: the templates of a message, the names they may use, and how rendering can end."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from signalbox.domain.contacts import Contact
from signalbox.domain.contents import Content, EmailContent, PushContent, SmsContent, WebhookContent
from signalbox.domain.decisions import Match, SkipReason
from signalbox.domain.events import CUSTOM_PREFIX, Event
from signalbox.domain.flows import Flow
from signalbox.domain.messages import value_part

type Names = Mapping[str, Any]
"""What a template sees: JSON-like values and instants under the names of spec triggers-and-flows, section 4."""

type Blocks = Mapping[str, str]
"""A partner's content blocks: the template of each, by its name."""

NO_BLOCKS: Blocks = {}


class PartKind(StrEnum):
    """What becomes of a rendered part: a header or title, plain text, HTML (escaped), a JSON document."""

    LINE = "line"
    TEXT = "text"
    HTML = "html"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Part:
    """The template of one part of a message."""

    kind: PartKind
    source: str


type Parts = Mapping[str, Part]
"""A message's templates by the names of its parts, e.g. `title` and `body` of a push."""


@dataclass(frozen=True, slots=True)
class ContentProblem:
    """Why a template gave no message; `detail` names the missing value or the fault, never a value."""

    reason: SkipReason
    detail: str


@dataclass(frozen=True, slots=True)
class ConditionAnswer:
    """Whether a condition holds; where a value was missing it does not, and `missing` is its name."""

    holds: bool
    missing: str | None = None


def email_parts(content: EmailContent) -> Parts:
    """Lay out an e-mail's templates; a part that is not there stays away."""
    sources = {
        "subject": (PartKind.LINE, content.subject),
        "from_name": (PartKind.LINE, content.from_name),
        "text": (PartKind.TEXT, content.text),
        "html": (PartKind.HTML, content.html),
    }
    return {name: Part(kind, source) for name, (kind, source) in sources.items() if source is not None}


def template_parts(content: Content) -> Parts:
    """Lay out the templates of any content."""
    match content:
        case EmailContent():
            return email_parts(content)
        case WebhookContent():
            return {"data": Part(PartKind.JSON, content.data)}
        case SmsContent():
            return {"text": Part(PartKind.TEXT, content.text)}
        case PushContent():
            values = {value_part(name): Part(PartKind.TEXT, text) for name, text in content.values.items()}
            return {"title": Part(PartKind.LINE, content.title), "text": Part(PartKind.TEXT, content.text), **values}


def content_names(
    flow: Flow,
    match: Match,
    event: Event | None,
    contact: Contact,
    *,
    variant: str | None = None,
    unsubscribe_url: str | None = None,
) -> Names:
    """Lay out `contact`, `event`, `trigger`, `flow`, `variant` and `unsubscribe_url`.

    A name is missing where there is nothing: `event` without a stored event, `variant` without an experiment.
    """
    body = _parsed(event.body) if event else {}
    names: dict[str, Any] = {
        "contact": _contact_names(contact, body),
        "trigger": {**match.row, "event_raw": event.body} if event else match.row,
        "flow": {"id": flow.flow_id, "name": flow.name, "version": flow.version},
        "variant": variant,
        "unsubscribe_url": unsubscribe_url,
    }
    if event:
        names["event"] = _event_names(event, body)
    return {name: value for name, value in names.items() if value is not None}


def names_of_contact(contact: Contact) -> Names:
    """Lay out `contact` alone, as it is stored: what a segment's rule is about."""
    return {"contact": _contact_names(contact, {})}


def _event_names(event: Event, body: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = body.get("properties") or {}
    if event.event_type.startswith(CUSTOM_PREFIX):
        properties = properties.get("properties") or {}
    derived = {
        "properties": properties,
        "traits": body.get("traits") or {},
        "event_id": event.event_id,
        "event_name": event.event_name,
        "event_type": event.event_type,
        "occurred_at": event.occurred_at,
        "received_at": event.received_at,
    }
    return {**body, **derived}


def _contact_names(contact: Contact, body: Mapping[str, Any]) -> Mapping[str, Any]:
    stored = {name: _parsed(trait.value) for name, trait in contact.traits.items()}
    return {"email": contact.identity, **stored, **(body.get("traits") or {})}


def _parsed(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)
