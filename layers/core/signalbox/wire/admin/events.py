"""Events, the quarantine and identities on the wire."""

from datetime import date
from typing import Any, Literal

from signalbox.domain.events import Event, from_ms
from signalbox.domain.quarantine import QuarantinedEvent
from signalbox.domain.queries import EventRow
from signalbox.wire.admin.base import Instant, Listing, Wire
from signalbox.wire.admin.decisions import DecisionShape
from signalbox.wire.json_body import parsed_object


class EventsAsked(Listing):
    """Which events: of a span of up to 24 hours, by default the last one."""

    since: Instant | None = None
    until: Instant | None = None
    type: str | None = None
    identity: str | None = None


class SeriesAsked(Wire):
    """Which span to count, and in what steps."""

    since: Instant | None = None
    until: Instant | None = None
    by: Literal["minute", "hour"] = "minute"


class EventAsked(Wire):
    """When the event was received, where that is known."""

    received_at: Instant | None = None


class EventItem(Wire):
    """An event in a list."""

    event_id: str
    event_type: str
    event_name: str
    identity: str | None
    client_id: str
    user_id: str | None
    occurred_at: Instant
    received_at: Instant


class EventItems(Wire):
    """A part of the events, the newest first; `readUpTo` is how far back was looked for them."""

    items: list[EventItem]
    next: str | None
    read_up_to: Instant


class EventShape(EventItem):
    """One event with its JSON as it was sent, and what flows decided about it."""

    sent_at: Instant
    body: dict[str, Any]
    decisions: list[DecisionShape]


class SeriesPoint(Wire):
    """How many events of each type came in one step, by its start."""

    at: Instant
    counts: dict[str, int]


class SeriesShape(Wire):
    """Counts by type over time; `isCut` where there were too many to count all, the oldest left out."""

    points: list[SeriesPoint]
    read_up_to: Instant
    is_cut: bool


class ReasonShape(Wire):
    """Why one field was refused."""

    path: str
    reason: str


class DayAsked(Listing):
    """Which day (UTC), by default today."""

    day: date | None = None


class QuarantinedShape(Wire):
    """An event in quarantine; `accepted` ones were taken all the same, their reasons are warnings."""

    event_id: str
    received_at: Instant
    protocol: str
    accepted: bool
    reasons: list[ReasonShape]
    body: dict[str, Any]


class QuarantinedItems(Wire):
    """A part of what came into quarantine on a day, in the order it came."""

    items: list[QuarantinedShape]
    next: str | None


class Replay(Wire):
    """Which events of a day to take in again; all where none are named."""

    day: date
    event_ids: list[str] | None = None


class StillInvalid(Wire):
    """An event that stays in quarantine, and why."""

    event_id: str
    reasons: list[ReasonShape]


class Replayed(Wire):
    """How many were taken in, and what stays."""

    replayed: int
    still_invalid: list[StillInvalid]


class MappingShape(Wire):
    """Who a client is, by the identify that said so."""

    email: str
    user_id: str | None
    made_at: Instant
    ends_at: Instant


class IdentityShape(Wire):
    """What is known of a client; `held` counts its events that wait for somebody to say who it is."""

    client_id: str
    mapping: MappingShape | None
    held: int


def item_of_row(row: EventRow) -> EventItem:
    """Show an event as it was read."""
    return EventItem(
        event_id=row[0],
        event_type=row[4],
        event_name=row[5],
        identity=row[8],
        client_id=row[6],
        user_id=row[7],
        occurred_at=from_ms(row[2]),
        received_at=from_ms(row[1]),
    )


def shape_of(event: Event, decisions: list[DecisionShape]) -> EventShape:
    """Show an event whole."""
    return EventShape(
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
        decisions=decisions,
    )


def shape_of_quarantined(quarantined: QuarantinedEvent) -> QuarantinedShape:
    """Show an event in quarantine."""
    return QuarantinedShape(
        event_id=quarantined.event_id,
        received_at=quarantined.received_at,
        protocol=quarantined.protocol.value,
        accepted=quarantined.accepted,
        reasons=[ReasonShape(path=each.path, reason=each.reason) for each in quarantined.reasons],
        body=parsed_object(quarantined.body),
    )
