"""The Quarantine table: what was sent to us and broke its schema, by the day it came."""

from collections.abc import Iterator
from datetime import date

from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import Table
from signalbox.adapters.dynamodb.values import Stored, Value, Values, compressed, expiry, text_of
from signalbox.domain.errors import Reason
from signalbox.domain.quarantine import QUARANTINE_LIFETIME, Protocol, QuarantinedEvent


class DynamoQuarantine:
    """The `Quarantine` port."""

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)

    def keep(self, quarantined: QuarantinedEvent) -> None:
        """Write it under its own name and instant, so that a repeat writes the same again."""
        self._table.put(_values(quarantined))

    def remove(self, quarantined: QuarantinedEvent) -> None:
        """Delete it by its key."""
        self._table.delete(keys.quarantined(quarantined.partner_id, quarantined.received_at, quarantined.event_id))

    def of_day(self, partner_id: str, day: date) -> Iterator[QuarantinedEvent]:
        """Give what came on a day (UTC) in the order it came; some may be past their time."""
        for stored in self._table.query("pk = :pk", {":pk": keys.quarantine_day(partner_id, day)}):
            yield _from_stored(stored, partner_id)


def _values(quarantined: QuarantinedEvent) -> Values:
    key = keys.quarantined(quarantined.partner_id, quarantined.received_at, quarantined.event_id)
    values: dict[str, Value] = {
        **key,
        "reasons": [{"path": each.path, "reason": each.reason} for each in quarantined.reasons],
        "body": quarantined.body,
        "protocol": quarantined.protocol.value,
        "accepted": quarantined.accepted,
        "expires_at": expiry(quarantined.received_at + QUARANTINE_LIFETIME),
    }
    if keys.event_id_of(key["sk"]) is None:
        values["event_id"] = quarantined.event_id
    return compressed(values, "body")


def _from_stored(stored: Stored, partner_id: str) -> QuarantinedEvent:
    event_id = keys.event_id_of(stored["sk"])
    return QuarantinedEvent(
        partner_id=partner_id,
        event_id=stored["event_id"] if event_id is None else event_id,
        received_at=keys.received_at_of(stored["sk"]),
        reasons=tuple(Reason(each["path"], each["reason"]) for each in stored["reasons"]),
        body=text_of(stored["body"]),
        protocol=Protocol(stored["protocol"]),
        accepted=stored["accepted"],
    )
