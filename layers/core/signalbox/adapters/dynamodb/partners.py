"""The partner in the Registry table: settings and the digests of its secrets."""

from datetime import timedelta

from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import Table
from signalbox.adapters.dynamodb.values import Stored, Values
from signalbox.domain.events import from_ms, to_ms
from signalbox.domain.partners import FrequencyCap, LiveSecret, Partner, SecretDigest

_MS = timedelta(milliseconds=1)


class DynamoPartners:
    """The `Partners` port, always fresh; put a cache before it where it is asked for every request."""

    def __init__(self, client: Client, table_name: str) -> None:
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
        "secrets": [_secret_values(live) for live in partner.secrets],
        "signing_key": partner.signing_key,
        "version": partner.version,
        "enabled": partner.enabled,
        "lenient": partner.lenient,
        "shards": partner.shards,
        "timezone": partner.timezone,
        "caps": [
            {"channel": cap.channel, "messages": cap.messages, "period_ms": cap.period // _MS} for cap in partner.caps
        ],
        "push_applications": list(partner.push_applications),
    }


def _secret_values(live: LiveSecret) -> Values:
    return {
        "secret_id": live.secret_id,
        "key": live.digest.key,
        "digest": live.digest.digest,
        "issued_at": to_ms(live.issued_at),
    }


def _secret_from(stored: Stored) -> LiveSecret:
    digest = SecretDigest(bytes(stored["key"]), bytes(stored["digest"]))
    return LiveSecret(stored["secret_id"], digest, from_ms(int(stored["issued_at"])))


def _from_stored(stored: Stored, partner_id: str) -> Partner:
    return Partner(
        partner_id=partner_id,
        name=stored["name"],
        secrets=tuple(_secret_from(each) for each in stored["secrets"]),
        signing_key=bytes(stored["signing_key"]),
        version=int(stored["version"]),
        enabled=stored["enabled"],
        lenient=stored["lenient"],
        shards=int(stored["shards"]),
        timezone=stored["timezone"],
        caps=tuple(
            FrequencyCap(each["channel"], int(each["messages"]), int(each["period_ms"]) * _MS)
            for each in stored["caps"]
        ),
        push_applications=tuple(stored["push_applications"]),
    )
