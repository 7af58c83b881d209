"""The Events table: one item an event, holding nothing that its key or another attribute tells already.

Instants are epoch milliseconds. An event of a few hundred bytes costs one write unit.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING

from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import UNTAKEN, Table, Write
from signalbox.adapters.dynamodb.values import Item, Stored, Value, Values, compressed, expiry, plain_text, text_of
from signalbox.domain.errors import Misconfigured
from signalbox.domain.events import CUSTOM_PREFIX, Event, from_ms, to_ms

if TYPE_CHECKING:  # collect, which only writes, starts without it
    from signalbox.domain.queries import EventRow, Window

_READ_AT_ONCE = 100  # AWS: "BatchGetItem"
_IN_SPAN = "pk = :pk AND sk BETWEEN :first AND :beyond"


class DynamoEvents:
    """The `Events` port; `retention_days` is needed by whoever appends, counted from receipt."""

    def __init__(self, client: Client, table_name: str, retention_days: int | None = None) -> None:
        self._table = Table(client, table_name)
        self._retention_days = retention_days

    def append(self, event: Event, shards: int) -> None:
        """Store the event unless it is there already."""
        self._table.put_if(UNTAKEN, self._values(event, shards))

    def append_all(self, events: Sequence[Event], shards: int) -> None:
        """Store them in one call; what is there already is written over with the same."""
        self._table.put_all([self._values(event, shards) for event in events])

    def append_request(self, event: Event, shards: int) -> Write:
        """Make storing the event a part of a transaction."""
        return self._table.put_request(self._values(event, shards))

    def read(self, partner_id: str, shards: int, window: "Window") -> "Iterator[EventRow]":
        """Ask only the hours that the window touches, page by page as events are taken."""
        for span in keys.event_spans(partner_id, shards, window):
            yield from map(_row_of, self._table.query_items(_IN_SPAN, _operands(span)))

    def newest(self, partner_id: str, shards: int, window: "Window") -> "Iterator[EventRow]":
        """Read the hours backwards, of each all shards side by side."""
        spans = list(keys.event_spans(partner_id, shards, window))
        for first in range(len(spans) - shards, -1, -shards):
            of_hour = spans[first : first + shards]
            found = [self._table.query_items(_IN_SPAN, _operands(span), backwards=True) for span in of_hour]
            yield from map(_row_of, heapq.merge(*found, key=lambda item: str(item["sk"]["S"]), reverse=True))

    def find(self, partner_id: str, shards: int, event_id: str, received_at: datetime) -> Event | None:
        """Look where the event is now put, then where it was put while the partner had fewer shards."""
        for shard in dict.fromkeys(keys.event_shard(event_id, count) for count in range(shards, 0, -1)):
            stored = self._table.get(keys.event(partner_id, shard, received_at, event_id))
            if stored is not None:
                return from_attributes(stored, partner_id, event_id, received_at)
        return None

    def find_all(self, partner_id: str, shards: int, received_at: Mapping[str, datetime]) -> Mapping[str, Event]:
        """Look for all where they are now put, then for the rest where they were put earlier, a hundred at a time."""
        found: dict[str, Event] = {}
        asked: set[tuple[str, str]] = set()
        for count in range(shards, 0, -1):
            places = {
                (key["pk"], key["sk"]): event_id
                for event_id, at in received_at.items()
                if event_id not in found
                for key in (keys.event(partner_id, keys.event_shard(event_id, count), at, event_id),)
            }
            for some in batched(places.keys() - asked, _READ_AT_ONCE, strict=False):
                for stored in self._table.get_many([{"pk": pk, "sk": sk} for pk, sk in some]):
                    event_id = places[stored["pk"], stored["sk"]]
                    found[event_id] = from_attributes(stored, partner_id, event_id, received_at[event_id])
            asked.update(places)
        return found

    def remove(self, partner_id: str, shards: int, event_id: str, received_at: datetime) -> None:
        """Delete it wherever `find` looks for it."""
        for shard in {keys.event_shard(event_id, count) for count in range(shards, 0, -1)}:
            self._table.delete(keys.event(partner_id, shard, received_at, event_id))

    def _values(self, event: Event, shards: int) -> Values:
        if self._retention_days is None:
            raise Misconfigured("this function is not set up to store events")
        shard = keys.event_shard(event.event_id, shards)
        key = keys.event(event.partner_id, shard, event.received_at, event.event_id)
        values: dict[str, Value] = {**key, **attributes_of(event)}
        values["expires_at"] = expiry(event.received_at + timedelta(days=self._retention_days))
        if keys.event_id_of(key["sk"]) is None:
            values["event_id"] = event.event_id
        return compressed(values, "body")


def attributes_of(event: Event) -> Values:
    """Give what of an event its key does not hold: partner, name and receipt are left to the caller.

    Of what an event has as a rule only what differs is stored, None too.
    """
    values: dict[str, Value] = {
        "event_type": event.event_type,
        "client_id": event.client_id,
        "sent_at": to_ms(event.sent_at),
        "body": event.body,
    }
    told: dict[str, Value] = {
        "identity": event.identity,
        "email": event.email,
        "user_id": event.user_id,
        "event_name": event.event_name,
        "occurred_at": to_ms(event.occurred_at),
    }
    usual: Values = {
        "identity": None,
        "email": event.identity,
        "user_id": None,
        "event_name": _usual_name(event.event_type),
        "occurred_at": to_ms(event.received_at),
    }
    if event.held_since is not None:
        values["held_since"] = to_ms(event.held_since)
    return values | {name: value for name, value in told.items() if value != usual[name]}


def from_attributes(stored: Stored, partner_id: str, event_id: str, received_at: datetime) -> Event:
    """Make the event again, exactly."""
    identity, event_type = stored.get("identity"), stored["event_type"]
    return Event(
        partner_id=partner_id,
        event_id=event_id,
        event_type=event_type,
        event_name=stored["event_name"] if "event_name" in stored else _usual_name(event_type),
        client_id=stored["client_id"],
        user_id=stored.get("user_id"),
        identity=identity,
        email=stored.get("email", identity),
        occurred_at=from_ms(int(stored["occurred_at"])) if "occurred_at" in stored else received_at,
        sent_at=from_ms(int(stored["sent_at"])),
        received_at=received_at,
        body=text_of(stored["body"]),
        held_since=from_ms(int(stored["held_since"])) if "held_since" in stored else None,
    )


def _row_of(item: Item) -> "EventRow":
    """Take an item apart without making an event of it: a run reads so many that each step here is felt."""
    received_ms, event_id = keys.event_of(item["sk"]["S"])
    event_type = item["event_type"]["S"]
    identity = item["identity"]["S"] if "identity" in item else None
    return (
        item["event_id"]["S"] if event_id is None else event_id,
        received_ms,
        int(item["occurred_at"]["N"]) if "occurred_at" in item else received_ms,
        int(item["sent_at"]["N"]),
        event_type,
        item["event_name"]["S"] if "event_name" in item else _usual_name(event_type),
        item["client_id"]["S"],
        item["user_id"]["S"] if "user_id" in item else None,
        identity,
        item["email"].get("S") if "email" in item else identity,
        plain_text(item["body"]),
    )


def _operands(span: keys.Span) -> Values:
    return {":pk": span.pk, ":first": span.first, ":beyond": span.beyond}


def _usual_name(event_type: str) -> str:
    return event_type.removeprefix(CUSTOM_PREFIX)
