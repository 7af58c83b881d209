"""The names a template may use, and how rendering can end."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from signalbox.domain.contacts import Contact
from signalbox.domain.decisions import Match, SkipReason
from signalbox.domain.events import CUSTOM_PREFIX, Event
from signalbox.domain.flows import Flow

type Names = Mapping[str, Any]
"""What a template sees: JSON-like values and instants under the names of spec triggers-and-flows, section 4."""


@dataclass(frozen=True, slots=True)
class ContentProblem:
    """Why a template gave no message; `detail` names the missing value or the fault, never a value."""

    reason: SkipReason
    detail: str


def content_names(flow: Flow, match: Match, event: Event | None, contact: Contact) -> Names:
    """Lay out `contact`, `event`, `trigger` and `flow`; without a stored event there is no name `event`."""
    body = _parsed(event.body) if event else {}
    names: dict[str, Any] = {
        "contact": _contact_names(contact, body),
        "trigger": {**match.row, "event_raw": event.body} if event else match.row,
        "flow": {"id": flow.flow_id, "name": flow.name, "version": flow.version},
    }
    if event:
        names["event"] = _event_names(event, body)
    return names


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
