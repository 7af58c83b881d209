"""The partner in the Registry table: settings and the digests of its secrets."""

from typing import TYPE_CHECKING

from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.table import Table
from signalbox.adapters.dynamodb.values import Stored, Values
from signalbox.domain.partners import Partner, SecretDigest

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoPartners:
    """The `Partners` port, always fresh; put a cache before it where it is asked for every request."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def find(self, partner_id: str) -> Partner | None:
        """Look any text up, however long: it may be a stranger's."""
        stored = self._table.get({"pk": keys.registry(partner_id), "sk": keys.PARTNER})
        return None if stored is None else _from_stored(stored, partner_id)


def values_of(partner: Partner) -> Values:
    """Give the partner's item; it is kept."""
    return {
        "pk": keys.registry(partner.partner_id),
        "sk": keys.PARTNER,
        "name": partner.name,
        "secrets": [{"key": each.key, "digest": each.digest} for each in partner.secrets],
        "enabled": partner.enabled,
        "shards": partner.shards,
    }


def _from_stored(stored: Stored, partner_id: str) -> Partner:
    return Partner(
        partner_id=partner_id,
        name=stored["name"],
        secrets=tuple(SecretDigest(bytes(each["key"]), bytes(each["digest"])) for each in stored["secrets"]),
        enabled=stored["enabled"],
        shards=int(stored["shards"]),
    )
