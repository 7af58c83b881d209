"""The destination of webhooks in the Registry table, with its signing secrets, which signing needs as they are."""

from collections.abc import Iterator

from signalbox.adapters.dynamodb import definition_keys, keys
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import Table
from signalbox.adapters.dynamodb.values import Stored, Values, given
from signalbox.domain.errors import Conflict
from signalbox.domain.webhooks import Destination

_CHANGED = "the destination was changed by another"


class DynamoDestinations:
    """The `Destinations` port."""

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)

    def find(self, partner_id: str, destination_id: str) -> Destination | None:
        """Give the item."""
        stored = self._table.get({"pk": keys.registry(partner_id), "sk": definition_keys.destination(destination_id)})
        return None if stored is None else _from_stored(stored, partner_id)

    def of_partner(self, partner_id: str) -> Iterator[Destination]:
        """Give the items."""
        operands: Values = {":pk": keys.registry(partner_id), ":beginning": definition_keys.DESTINATIONS}
        for stored in self._table.query("pk = :pk AND begins_with(sk, :beginning)", operands):
            yield _from_stored(stored, partner_id)

    def save(self, destination: Destination) -> None:
        """Write where the version before is stored."""
        self._table.put_version(_values_of(destination), _CHANGED)

    def remove(self, destination: Destination) -> None:
        """Delete the item where its version stands."""
        key = {
            "pk": keys.registry(destination.partner_id),
            "sk": definition_keys.destination(destination.destination_id),
        }
        is_removed = self._table.delete_if(key, "version = :version", {":version": destination.version})
        if not is_removed and self._table.get(key) is not None:
            raise Conflict(_CHANGED)


def _values_of(destination: Destination) -> Values:
    """Give the destination's item; it is kept."""
    return given(
        {
            "pk": keys.registry(destination.partner_id),
            "sk": definition_keys.destination(destination.destination_id),
            "version": destination.version,
            "name": destination.name,
            "url": destination.url,
            "secrets": list(destination.secrets),
            "batch_size": destination.batch_size,
            "enabled": destination.enabled,
            "disabled_reason": destination.disabled_reason,
        }
    )


def _from_stored(stored: Stored, partner_id: str) -> Destination:
    return Destination(
        partner_id=partner_id,
        destination_id=definition_keys.destination_id_of(stored["sk"]),
        name=stored["name"],
        url=stored["url"],
        secrets=tuple(stored["secrets"]),
        batch_size=int(stored["batch_size"]),
        version=int(stored["version"]),
        enabled=stored["enabled"],
        disabled_reason=stored.get("disabled_reason"),
    )
