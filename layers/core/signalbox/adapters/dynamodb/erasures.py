"""Erasures in the Contacts table: one item beside what is erased, gone when it is done."""

from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import UNTAKEN, Table
from signalbox.adapters.dynamodb.values import Stored, Values, expiry
from signalbox.domain.erasures import ERASURE_LIFETIME, Erasure
from signalbox.domain.errors import Conflict
from signalbox.domain.events import from_ms, to_ms


class DynamoErasures:
    """The `Erasures` port."""

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)

    def find(self, partner_id: str, identity: str) -> Erasure | None:
        """Give the item."""
        stored = self._table.get(_key(partner_id, identity))
        return None if stored is None else _from_stored(stored, partner_id, identity)

    def save(self, erasure: Erasure) -> None:
        """Write it where the version before stands."""
        self._table.put_version(_values(erasure), "somebody else goes on with this erasure")

    def end(self, erasure: Erasure) -> None:
        """Delete it where it stands at this version, or is gone already."""
        condition = f"{UNTAKEN} OR version = :version"
        if not self._table.delete_if(
            _key(erasure.partner_id, erasure.identity), condition, {":version": erasure.version}
        ):
            raise Conflict("somebody else goes on with this erasure")


def _key(partner_id: str, identity: str) -> keys.Key:
    return {"pk": keys.contact(partner_id, identity), "sk": keys.ERASURE}


def _values(erasure: Erasure) -> Values:
    return {
        **_key(erasure.partner_id, erasure.identity),
        "version": erasure.version,
        "begun_ms": to_ms(erasure.begun_at),
        "read_up_to_ms": to_ms(erasure.read_up_to),
        "changed_ms": to_ms(erasure.changed_at),
        "hours": [to_ms(each) for each in erasure.hours],
        "counts": dict(erasure.counts),
        "expires_at": expiry(erasure.begun_at + ERASURE_LIFETIME),
    }


def _from_stored(stored: Stored, partner_id: str, identity: str) -> Erasure:
    return Erasure(
        partner_id=partner_id,
        identity=identity,
        begun_at=from_ms(int(stored["begun_ms"])),
        read_up_to=from_ms(int(stored["read_up_to_ms"])),
        changed_at=from_ms(int(stored["changed_ms"])),
        hours=tuple(from_ms(int(each)) for each in stored["hours"]),
        counts={name: int(count) for name, count in stored["counts"].items()},
        version=int(stored["version"]),
    )
