"""Suppressions in the Contacts table: one small item for each, beside the profile, so that a view reads them too."""

from collections.abc import Sequence

from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.listings import listed
from signalbox.adapters.dynamodb.table import UNTAKEN, Table
from signalbox.adapters.dynamodb.values import Stored, Values
from signalbox.domain.events import from_ms, to_ms
from signalbox.domain.pages import Page, page_of
from signalbox.domain.suppressions import Scope, Suppression, SuppressionReason, name_of


class DynamoSuppressions:
    """The `Suppressions` port. None expires: a reason stands until somebody lifts it."""

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)

    def add(self, suppression: Suppression) -> bool:
        """Write it where its name is free; a write that was sent again for want of an answer meets itself: False."""
        return self._table.put_if(UNTAKEN, _values(suppression)) is None

    def lift(self, partner_id: str, identity: str, reason: SuppressionReason, scope: Scope) -> None:
        """Delete the item."""
        self._table.delete(_key(partner_id, identity, name_of(reason, scope)))

    def of_contact(self, partner_id: str, identity: str) -> Sequence[Suppression]:
        """Read one stretch of the contact's partition."""
        operands: Values = {":pk": keys.contact(partner_id, identity), ":beginning": keys.SUPPRESSIONS}
        stored = self._table.query("pk = :pk AND begins_with(sk, :beginning)", operands)
        return [_from_stored(each, partner_id, identity) for each in stored]

    def of_partner(self, partner_id: str, after: str | None, limit: int) -> Page[Suppression]:
        """Read a stretch of the index, in which each suppression is listed under its partner."""
        found = listed(self._table, keys.suppressed(partner_id), partner_id, after, limit)
        return page_of((_from_stored(each, partner_id, keys.identity_of(each["pk"])) for each in found), limit)


def _key(partner_id: str, identity: str, name: str) -> keys.Key:
    return {"pk": keys.contact(partner_id, identity), "sk": keys.facet(keys.SUPPRESSION, name)}


def _values(suppression: Suppression) -> Values:
    return {
        **_key(suppression.partner_id, suppression.identity, suppression.name),
        "listing": keys.suppressed(suppression.partner_id),
        "reason": suppression.reason.value,
        "scope": suppression.scope.value,
        "since": to_ms(suppression.since),
        "by": suppression.by,
        "detail": suppression.detail,
    }


def _from_stored(stored: Stored, partner_id: str, identity: str) -> Suppression:
    return Suppression(
        partner_id=partner_id,
        identity=identity,
        reason=SuppressionReason(stored["reason"]),
        scope=Scope(stored["scope"]),
        since=from_ms(int(stored["since"])),
        by=stored["by"],
        detail=stored["detail"],
    )
