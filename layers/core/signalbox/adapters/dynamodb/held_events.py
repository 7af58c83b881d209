"""The Unidentified table: events that wait for somebody to say who their client is."""

from collections.abc import Iterator

from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.events import DynamoEvents, attributes_of, from_attributes
from signalbox.adapters.dynamodb.table import TAKEN, UNTAKEN, Table, transact
from signalbox.adapters.dynamodb.values import Stored, Value, Values, compressed, expiry
from signalbox.domain.errors import Conflict
from signalbox.domain.events import Event, HeldEvent, from_ms, to_ms

_UNTAKEN_OR_ENDED = f"{UNTAKEN} OR ends_at <= :now"


class DynamoHeldEvents:
    """The `HeldEvents` port; what is released goes into `events`."""

    def __init__(self, client: Client, table_name: str, events: DynamoEvents) -> None:
        self._client = client
        self._table = Table(client, table_name)
        self._events = events

    def hold(self, held: HeldEvent) -> None:
        """Keep the first of its name; one past its time makes room though the store has not deleted it yet.

        "Now" is the newcomer's receipt, so that no clock is needed.
        """
        self._table.put_if(_UNTAKEN_OR_ENDED, _values(held), {":now": to_ms(held.event.received_at)})

    def of_client(self, partner_id: str, client_id: str) -> Iterator[HeldEvent]:
        """Give them in the order of their names."""
        key = keys.mapping(partner_id, client_id)
        for stored in self._table.query("pk = :pk", {":pk": key["pk"]}):
            yield _from_stored(stored, partner_id)

    def release(self, held: HeldEvent, event: Event, shards: int) -> bool:
        """Write the event and delete the held one in one transaction; the deletion's condition lets one caller win."""
        key = keys.held_event(held.event.partner_id, held.event.client_id, held.event.event_id)
        try:
            transact(self._client, [self._events.append_request(event, shards), self._table.delete_request(key, TAKEN)])
        except Conflict:
            return False
        return True

    def remove(self, held: HeldEvent) -> None:
        """Delete it by its key."""
        self._table.delete(keys.held_event(held.event.partner_id, held.event.client_id, held.event.event_id))


def _values(held: HeldEvent) -> Values:
    """Keep the exact end beside the TTL attribute, which knows whole seconds only."""
    event = held.event
    key = keys.held_event(event.partner_id, event.client_id, event.event_id)
    values: dict[str, Value] = {
        **key,
        **attributes_of(event),
        "received_at": to_ms(event.received_at),
        "ends_at": to_ms(held.expires_at),
        "expires_at": expiry(held.expires_at),
    }
    if keys.held_event_id_of(key["sk"]) is None:
        values["event_id"] = event.event_id
    return compressed(values, "body")


def _from_stored(stored: Stored, partner_id: str) -> HeldEvent:
    event_id = keys.held_event_id_of(stored["sk"])
    event = from_attributes(
        stored,
        partner_id,
        stored["event_id"] if event_id is None else event_id,
        from_ms(int(stored["received_at"])),
    )
    return HeldEvent(event, from_ms(int(stored["ends_at"])))
