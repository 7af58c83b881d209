"""Memberships of list segments in the Contacts table: one small item each beside the profile, for its view."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import batched

from signalbox.adapters.dynamodb import keys, listings
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import WRITTEN_AT_ONCE, Table
from signalbox.adapters.dynamodb.values import Stored, Values
from signalbox.domain.events import from_ms, to_ms
from signalbox.domain.pages import Page, page_of
from signalbox.domain.segments import Membership

_READ_AT_ONCE = 100  # AWS: "BatchGetItem"
_LISTED_AT_ONCE = 2_000  # a third of what an answer holds, so that it comes well within a call's time


class DynamoMemberships:
    """The `Memberships` port. None expires.

    What is there is read before it is written, to count and to write less, which a second caller in between can only
    make count wrong: both write the same.
    """

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)

    def put_on(
        self,
        partner_id: str,
        segment_id: str,
        identities: Sequence[str],
        at: datetime,
        by: str,
        *,
        renews: bool = False,
    ) -> int:
        """Read who is on the list a hundred at a time, and write who is not in batches."""
        put_on_at_by_identity = self._put_on_at(partner_id, segment_id, identities)
        to_write = [
            Membership(partner_id, segment_id, identity, at, by)
            for identity in identities
            if (standing := put_on_at_by_identity.get(identity)) is None or (renews and standing < at)
        ]
        for some in batched(to_write, WRITTEN_AT_ONCE, strict=False):
            self._table.put_all([_values(each) for each in some])
        return len(identities) - len(put_on_at_by_identity)

    def take_off(self, partner_id: str, segment_id: str, identities: Sequence[str]) -> int:
        """Delete those that are there."""
        members = self._put_on_at(partner_id, segment_id, identities)
        for some in batched(members, WRITTEN_AT_ONCE, strict=False):
            self._table.delete_all([_key(partner_id, segment_id, identity) for identity in some])
        return len(members)

    def take_off_older(self, partner_id: str, segment_id: str, before: datetime, limit: int) -> int:
        """Go through the index, which may be behind, and delete by a condition on the item itself."""
        taken_off = 0
        for each in self._listed(partner_id, segment_id):
            if taken_off == limit:
                break
            if each.put_on_at < before:
                key = _key(partner_id, segment_id, each.identity)
                taken_off += self._table.delete_if(key, "put_on_ms < :before", {":before": to_ms(before)})
        return taken_off

    def members(self, partner_id: str, segment_id: str, after: str | None, limit: int) -> Page[Membership]:
        """Read a stretch of the index."""
        found = listings.listed(self._table, keys.members(partner_id, segment_id), partner_id, after, limit)
        return page_of((_from_stored(each, partner_id, segment_id) for each in found), limit)

    def count(self, partner_id: str, segment_id: str) -> int:
        """Let the index count: a read unit for each 8 KB of it, paid when somebody asks and not by each write."""
        operands: Values = {":listing": keys.members(partner_id, segment_id)}
        return self._table.count_index(listings.INDEX, listings.ALL, operands, _LISTED_AT_ONCE)

    def _put_on_at(self, partner_id: str, segment_id: str, identities: Sequence[str]) -> dict[str, datetime]:
        """Tell when those who are on the list were put there, by identity."""
        wanted = [_key(partner_id, segment_id, identity) for identity in identities]
        found = (
            _from_stored(stored, partner_id, segment_id)
            for some in batched(wanted, _READ_AT_ONCE, strict=False)
            for stored in self._table.get_many(some)
        )
        return {each.identity: each.put_on_at for each in found}

    def _listed(self, partner_id: str, segment_id: str) -> Iterator[Membership]:
        operands: Values = {":listing": keys.members(partner_id, segment_id)}
        for stored in self._table.query_index_in_order(listings.INDEX, listings.ALL, operands, _LISTED_AT_ONCE):
            yield _from_stored(stored, partner_id, segment_id)


def _key(partner_id: str, segment_id: str, identity: str) -> keys.Key:
    return {"pk": keys.contact(partner_id, identity), "sk": keys.facet(keys.SEGMENT, segment_id)}


def _values(membership: Membership) -> Values:
    return {
        **_key(membership.partner_id, membership.segment_id, membership.identity),
        "listing": keys.members(membership.partner_id, membership.segment_id),
        "put_on_ms": to_ms(membership.put_on_at),
        "by": membership.by,
    }


def _from_stored(stored: Stored, partner_id: str, segment_id: str) -> Membership:
    identity, put_on_at = keys.identity_of(stored["pk"]), from_ms(int(stored["put_on_ms"]))
    return Membership(partner_id, segment_id, identity, put_on_at, stored["by"])
