"""The Messages table: what each decision's message said, for 30 days; long messages are compressed."""

import json

from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import Table
from signalbox.adapters.dynamodb.values import Stored, Values, compressed, expiry, text_of
from signalbox.domain.decision_names import bounded
from signalbox.domain.events import from_ms, to_ms
from signalbox.domain.messages import KeptMessage


class DynamoMessages:
    """The `Messages` port."""

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)

    def keep(self, message: KeptMessage) -> None:
        """Write the item under its decision's name, whatever was there."""
        self._table.put(_values(message))

    def find(self, partner_id: str, flow_id: str, event_id: str) -> KeptMessage | None:
        """Give the item."""
        stored = self._table.get(_key(partner_id, flow_id, event_id))
        return None if stored is None else _from_stored(stored)

    def remove(self, partner_id: str, flow_id: str, event_id: str) -> None:
        """Delete the item."""
        self._table.delete(_key(partner_id, flow_id, event_id))


def _key(partner_id: str, flow_id: str, event_id: str) -> keys.Key:
    return keys.delivery(partner_id, flow_id, bounded(event_id))


def _values(message: KeptMessage) -> Values:
    """Give its item; it expires when it is not to be shown any more."""
    values: Values = {
        **_key(message.partner_id, message.flow_id, message.event_id),
        "partner_id": message.partner_id,
        "flow_id": message.flow_id,
        "event_id": message.event_id,
        "channel": message.channel,
        "rendered_ms": to_ms(message.rendered_at),
        "parts": json.dumps(message.parts, ensure_ascii=False, separators=(",", ":")),
        "expires_at": expiry(message.expires_at),
    }
    return compressed(values, "parts")


def _from_stored(stored: Stored) -> KeptMessage:
    return KeptMessage(
        partner_id=stored["partner_id"],
        flow_id=stored["flow_id"],
        event_id=stored["event_id"],
        channel=stored["channel"],
        parts=json.loads(text_of(stored["parts"])),
        rendered_at=from_ms(int(stored["rendered_ms"])),
    )
