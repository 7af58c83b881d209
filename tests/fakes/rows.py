"""Events as the rows that the store of events gives, there and back."""

from collections.abc import Iterable
from typing import Protocol

from signalbox.domain.events import Event, from_ms, to_ms
from signalbox.domain.queries import EventRow, Window


class ReadEvents(Protocol):
    """What of the `Events` port reads."""

    def read(self, partner_id: str, shards: int, window: Window) -> Iterable[EventRow]: ...


def row_of(event: Event) -> EventRow:
    """Say what queries read of an event, value by value."""
    return (
        event.event_id,
        to_ms(event.received_at),
        to_ms(event.occurred_at),
        to_ms(event.sent_at),
        event.event_type,
        event.event_name,
        event.client_id,
        event.user_id,
        event.identity,
        event.email,
        event.body,
    )


def event_of(partner_id: str, row: EventRow) -> Event:
    """Make an event of its row."""
    event_id, received_ms, occurred_ms, sent_ms, event_type, event_name, client_id, user_id, identity, email, body = row
    return Event(
        partner_id=partner_id,
        event_id=event_id,
        event_type=event_type,
        event_name=event_name,
        client_id=client_id,
        user_id=user_id,
        identity=identity,
        email=email,
        occurred_at=from_ms(occurred_ms),
        sent_at=from_ms(sent_ms),
        received_at=from_ms(received_ms),
        body=body,
    )


def events_in(events: ReadEvents, partner_id: str, shards: int, window: Window) -> list[Event]:
    """Read a window and make events of the rows."""
    return [event_of(partner_id, row) for row in events.read(partner_id, shards, window)]
