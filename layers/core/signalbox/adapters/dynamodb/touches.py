"""Touches in the Contacts table: one item beside the profile, so that a view reads them too."""

import secrets
from datetime import datetime

from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import UNTAKEN, Table
from signalbox.adapters.dynamodb.values import Stored, Values, expiry, given
from signalbox.domain.errors import Conflict
from signalbox.domain.events import from_ms, to_ms
from signalbox.domain.frequency import Touch, Touches


class DynamoPlaces:
    """The `Places` port.

    A write whose answer is lost is sent again by the client and then meets itself: it knows its own mark.
    """

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)

    def save(self, touches: Touches, now: datetime) -> None:
        """Write the item where the stored one is at the version that was read."""
        mark = secrets.token_hex(8)
        values = _values(touches, now, mark)
        if touches.version == 0:
            standing = self._table.put_if(UNTAKEN, values)
        else:
            standing = self._table.put_if("version = :version", values, {":version": touches.version})
        if standing is not None and standing.get("written_by") != mark:
            raise Conflict("the contact's places were changed by another")

    def remove(self, partner_id: str, identity: str) -> None:
        """Delete the item."""
        self._table.delete({"pk": keys.contact(partner_id, identity), "sk": keys.TOUCHES})


def from_stored(stored: Stored, partner_id: str, identity: str) -> Touches:
    """Make the touches again."""
    return Touches(
        partner_id=partner_id,
        identity=identity,
        touches=tuple(_touch_from(each) for each in stored["touches"]),
        entered={each["flow_id"]: each["event_id"] for each in stored["entered"]},
        version=int(stored["version"]),
    )


def _values(touches: Touches, now: datetime, mark: str) -> Values:
    """Give the item; one that holds an entry into a once-ever flow is kept."""
    expires_at = touches.expires_at(now)
    return given(
        {
            "pk": keys.contact(touches.partner_id, touches.identity),
            "sk": keys.TOUCHES,
            "version": touches.version + 1,
            "touches": [_touch_values(each) for each in touches.touches],
            "entered": [{"flow_id": flow_id, "event_id": event_id} for flow_id, event_id in touches.entered.items()],
            "expires_at": None if expires_at is None else expiry(expires_at),
            "written_by": mark,
        }
    )


def _touch_values(touch: Touch) -> Values:
    return {
        "flow_id": touch.flow_id,
        "event_id": touch.event_id,
        "channel": touch.channel,
        "taken_ms": to_ms(touch.taken_at),
        "counts_until_ms": to_ms(touch.counts_until),
        "is_transactional": touch.is_transactional,
    }


def _touch_from(stored: Stored) -> Touch:
    return Touch(
        flow_id=stored["flow_id"],
        event_id=stored["event_id"],
        channel=stored["channel"],
        taken_at=from_ms(int(stored["taken_ms"])),
        counts_until=from_ms(int(stored["counts_until_ms"])),
        is_transactional=stored["is_transactional"],
    )
