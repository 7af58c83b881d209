"""Why somebody did, or did not, get a message: the whole story, on the wire."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from signalbox.domain.events import Event, HeldEvent
from signalbox.domain.explanations import EventAnswer, Explanation, FlowAnswer
from signalbox.domain.identities import Mapping as IdentityMapping
from signalbox.domain.messages import KeptMessage
from signalbox.domain.queries import Window
from signalbox.wire.admin import contacts, decisions
from signalbox.wire.admin.base import Instant, Wire
from signalbox.wire.admin.events import EventItem, QuarantinedShape, shape_of_quarantined
from signalbox.wire.json_body import parsed_object


class WhyAsked(Wire):
    """An address, or an event's id; `clientId` beside that finds one that is still held. How far back is looked."""

    address: Annotated[str, Field(min_length=1, max_length=320)] | None = None
    event_id: Annotated[str, Field(min_length=1)] | None = None
    client_id: str | None = None
    hours: Annotated[int, Field(ge=1, le=720)] = 48

    @model_validator(mode="after")
    def _is_about_one_thing(self) -> Self:
        if (self.address is None) == (self.event_id is None):
            raise ValueError("expected either address or eventId")
        return self


class SpanShape(Wire):
    """A span of receive times, open at its start and closed at its end."""

    start: Instant
    end: Instant


class MessageShape(Wire):
    """What a message said: its rendered parts by name."""

    channel: str
    rendered_at: Instant
    parts: dict[str, str]


class FlowStory(Wire):
    """What one flow made of one event: its decision, or in `words` why there is none.

    `triggerVersions` are those that may have looked at the event; one alone is certain.
    """

    flow_id: str
    flow_name: str | None
    coverage: str
    words: str
    trigger_versions: list[int]
    decision: decisions.DecisionShape | None
    message: MessageShape | None


class ClientMapping(Wire):
    """A client that is this person by now, by the identify that said so."""

    client_id: str
    email: str
    made_at: Instant
    ends_at: Instant


class StoredEvent(EventItem):
    """An event as it is stored, with its JSON as it was sent."""

    sent_at: Instant
    held_since: Instant | None
    body: dict[str, Any]


class EventStory(Wire):
    """One event, how its person was known, and what each flow made of it; `event` is null where it is not stored."""

    event_id: str
    event: StoredEvent | None
    source: str | None
    mappings: list[ClientMapping]
    flows: list[FlowStory]


class HeldShape(Wire):
    """An event that waits for somebody to say who its client is."""

    event_id: str
    event_type: str
    client_id: str
    received_at: Instant
    ends_at: Instant


class WhyShape(Wire):
    """The answer; `shortfalls` say in words what was not looked at, and nothing else was left out.

    `window` is what was asked for, `lookedThrough` the part whose events were searched, null where none had to be.
    """

    identity: str | None
    window: SpanShape
    looked_through: SpanShape | None
    shortfalls: list[str]
    contact: contacts.ContactShape | None
    events: list[EventStory]
    held: list[HeldShape]
    quarantined: list[QuarantinedShape]


def shape_of(explanation: Explanation, segment_names: Mapping[str, str], flow_names: Mapping[str, str]) -> WhyShape:
    """Show an explanation, with the names of segments and of flows by their ids."""
    told, searched = explanation.contact, explanation.looked_through
    contact = None
    if told is not None:
        standing = [contacts.shape_of(each) for each in told.suppressions]
        contact = contacts.shape_of_view(told.view, standing, segment_names, flow_names)
    return WhyShape(
        identity=explanation.identity,
        window=_span(explanation.window),
        looked_through=None if searched is None else _span(searched),
        shortfalls=list(explanation.shortfalls),
        contact=contact,
        events=[_event(each) for each in explanation.events],
        held=[_held(each) for each in explanation.held],
        quarantined=[shape_of_quarantined(each) for each in explanation.quarantined],
    )


def _event(answer: EventAnswer) -> EventStory:
    return EventStory(
        event_id=answer.event_id,
        event=None if answer.event is None else _stored(answer.event),
        source=answer.source.value if answer.source else None,
        mappings=[_mapping(each) for each in answer.mappings],
        flows=[_flow(each) for each in answer.flows],
    )


def _stored(event: Event) -> StoredEvent:
    return StoredEvent(
        event_id=event.event_id,
        event_type=event.event_type,
        event_name=event.event_name,
        identity=event.identity,
        client_id=event.client_id,
        user_id=event.user_id,
        occurred_at=event.occurred_at,
        received_at=event.received_at,
        sent_at=event.sent_at,
        held_since=event.held_since,
        body=parsed_object(event.body),
    )


def _flow(answer: FlowAnswer) -> FlowStory:
    name = answer.flow.name if answer.flow else None
    return FlowStory(
        flow_id=answer.flow_id,
        flow_name=name,
        coverage=answer.covered.coverage.value,
        words=answer.covered.words,
        trigger_versions=list(answer.covered.trigger_versions),
        decision=None if answer.decision is None else decisions.shape_of(answer.decision, name),
        message=None if answer.message is None else _message(answer.message),
    )


def _message(message: KeptMessage) -> MessageShape:
    return MessageShape(channel=message.channel, rendered_at=message.rendered_at, parts=dict(message.parts))


def _mapping(mapping: IdentityMapping) -> ClientMapping:
    return ClientMapping(
        client_id=mapping.client_id,
        email=mapping.email,
        made_at=mapping.made_at,
        ends_at=mapping.expires_at,
    )


def _held(held: HeldEvent) -> HeldShape:
    return HeldShape(
        event_id=held.event.event_id,
        event_type=held.event.event_type,
        client_id=held.event.client_id,
        received_at=held.event.received_at,
        ends_at=held.expires_at,
    )


def _span(window: Window) -> SpanShape:
    return SpanShape(start=window.start, end=window.end)
