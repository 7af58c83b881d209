"""All that is stored about a person, and how far their erasure has got, on the wire."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from signalbox.domain.erasures import KEEPS, Erasure
from signalbox.domain.events import HeldEvent, from_ms
from signalbox.domain.identities import Mapping as IdentityMapping
from signalbox.domain.queries import EventRow
from signalbox.domain.subject_exports import DecisionTold, Facts, SubjectPart
from signalbox.wire.admin import contacts, decisions
from signalbox.wire.admin.base import Instant, Wire
from signalbox.wire.admin.events import EventItem, QuarantinedShape, item_of_row, shape_of_quarantined
from signalbox.wire.admin.explanations import ClientMapping, MessageShape, SpanShape
from signalbox.wire.json_body import parsed_object


class ExportAsked(Wire):
    """Which part: the first, or the one that `next` of the part before names."""

    cursor: Annotated[str, Field(max_length=4000, description="`next` of the part before")] | None = None


class ExportedEvent(EventItem):
    """An event with its JSON as it was sent."""

    sent_at: Instant
    body: dict[str, Any]


class ExportedDecision(decisions.DecisionShape):
    """A decision about the person, and what its message said where that is kept still."""

    message: MessageShape | None


class ExportShape(Wire):
    """A part of all that is stored about a person; `contact` is in the first part alone.

    Events, decisions and quarantined events are those of the span, the oldest first; `mappings` and `heldEvents` are of
    the clients that the part's events came from, and may be told of again. There is more while `next` is not null.
    """

    identity: str
    span: SpanShape
    contact: contacts.ContactShape | None
    decisions: list[ExportedDecision]
    events: list[ExportedEvent]
    quarantined: list[QuarantinedShape]
    mappings: list[ClientMapping]
    held_events: list[ExportedEvent]
    next: str | None


class ErasedShape(Wire):
    """How much of each kind was erased; of decisions the person alone, they stay."""

    profiles: int
    memberships: int
    places: int
    decisions: int
    events: int
    mappings: int
    held_events: int
    quarantined: int
    history_files: int


class ErasureShape(Wire):
    """How far an erasure has got; until `isDone`, send the same request again at `goesOnAt`.

    `erased` counts all since it began, `mentions` the events of others that mention the address, which stay.
    """

    is_done: bool
    begun_at: Instant
    read_up_to: Instant
    goes_on_at: Instant | None
    erased: ErasedShape
    mentions: int
    keeps: list[str]


def shape_of_part(part: SubjectPart, following: str | None, flow_names: Mapping[str, str]) -> ExportShape:
    """Show a part of an export, with the names of flows by their ids."""
    return ExportShape(
        identity=part.identity,
        span=SpanShape(start=part.since, end=part.until),
        contact=None if part.facts is None else _contact(part.facts, flow_names),
        decisions=[_decision(each, flow_names.get(each.decision.flow_id)) for each in part.decisions],
        events=[_event(each) for each in part.events],
        quarantined=[shape_of_quarantined(each) for each in part.quarantined],
        mappings=[_mapping(each) for each in part.mappings],
        held_events=[_held(each) for each in part.held],
        next=following,
    )


def shape_of_erasure(erasure: Erasure, goes_on_at: datetime | None) -> ErasureShape:
    """Show how far an erasure has got."""
    counts = dict(erasure.counts)
    mentions = counts.pop("mentions")
    return ErasureShape(
        is_done=goes_on_at is None,
        begun_at=erasure.begun_at,
        read_up_to=erasure.read_up_to,
        goes_on_at=goes_on_at,
        erased=ErasedShape(**counts),
        mentions=mentions,
        keeps=list(KEEPS),
    )


def _contact(facts: Facts, flow_names: Mapping[str, str]) -> contacts.ContactShape:
    standing = [contacts.shape_of(each) for each in facts.suppressions]
    segment_names = {each.segment_id: each.name for each in facts.segments}
    return contacts.shape_of_view(facts.view, standing, segment_names, flow_names)


def _decision(told: DecisionTold, flow_name: str | None) -> ExportedDecision:
    message = told.message
    shown = None
    if message is not None:
        shown = MessageShape(channel=message.channel, rendered_at=message.rendered_at, parts=dict(message.parts))
    return ExportedDecision(**dict(decisions.shape_of(told.decision, flow_name)), message=shown)


def _mapping(mapping: IdentityMapping) -> ClientMapping:
    return ClientMapping(
        client_id=mapping.client_id, email=mapping.email, made_at=mapping.made_at, ends_at=mapping.expires_at
    )


def _event(row: EventRow) -> ExportedEvent:
    return ExportedEvent(**dict(item_of_row(row)), sent_at=from_ms(row[3]), body=parsed_object(row[10]))


def _held(held: HeldEvent) -> ExportedEvent:
    event = held.event
    return ExportedEvent(
        event_id=event.event_id,
        event_type=event.event_type,
        event_name=event.event_name,
        identity=event.identity,
        client_id=event.client_id,
        user_id=event.user_id,
        occurred_at=event.occurred_at,
        received_at=event.received_at,
        sent_at=event.sent_at,
        body=parsed_object(event.body),
    )
