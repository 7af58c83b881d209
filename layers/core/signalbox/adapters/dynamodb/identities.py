"""The Identities table: which client is which person, for seven days."""

from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import UNTAKEN, Table
from signalbox.adapters.dynamodb.values import Stored, Values, expiry, given
from signalbox.domain.events import from_ms, to_ms
from signalbox.domain.identities import Mapping

_NEWEST = f"{UNTAKEN} OR ends_at <= :ends_at"
_THIS_ONE = "ends_at = :ends_at AND email = :email"


class DynamoIdentities:
    """The `Identities` port."""

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)

    def find(self, partner_id: str, client_id: str) -> Mapping | None:
        """Give the mapping, also one past its time that the store has not deleted yet."""
        stored = self._table.get(keys.mapping(partner_id, client_id))
        return None if stored is None else _from_stored(stored, partner_id, client_id)

    def put(self, mapping: Mapping) -> None:
        """Write over what was mapped before."""
        self._table.put_if(_NEWEST, _values(mapping), {":ends_at": to_ms(mapping.expires_at)})

    def remove(self, mapping: Mapping) -> None:
        """Delete it where it is still the one that stands."""
        operands: Values = {":ends_at": to_ms(mapping.expires_at), ":email": mapping.email}
        self._table.delete_if(keys.mapping(mapping.partner_id, mapping.client_id), _THIS_ONE, operands)


def _values(mapping: Mapping) -> Values:
    """Keep the exact end beside the TTL attribute, which knows whole seconds only."""
    return given(
        {
            **keys.mapping(mapping.partner_id, mapping.client_id),
            "email": mapping.email,
            "user_id": mapping.user_id,
            "ends_at": to_ms(mapping.expires_at),
            "expires_at": expiry(mapping.expires_at),
        }
    )


def _from_stored(stored: Stored, partner_id: str, client_id: str) -> Mapping:
    return Mapping(
        partner_id=partner_id,
        client_id=client_id,
        email=stored["email"],
        user_id=stored.get("user_id"),
        expires_at=from_ms(int(stored["ends_at"])),
    )
