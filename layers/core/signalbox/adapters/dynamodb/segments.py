"""The segment in the Registry table; who is on a list lies with the contacts (`memberships`)."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import batched

from signalbox.adapters.dynamodb import definition_keys, keys
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import Table
from signalbox.adapters.dynamodb.values import Stored, Values, given
from signalbox.domain.events import from_ms, to_ms
from signalbox.domain.segments import ListSegment, Replacement, RuleSegment, Segment

_READ_AT_ONCE = 100  # AWS: "BatchGetItem"


class DynamoSegments:
    """The `Segments` port."""

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)

    def find(self, partner_id: str, segment_id: str) -> Segment | None:
        """Give the item."""
        stored = self._table.get({"pk": keys.registry(partner_id), "sk": definition_keys.segment_head(segment_id)})
        return None if stored is None else _from_stored(stored, partner_id)

    def find_all(self, partner_id: str, segment_ids: Iterable[str]) -> Mapping[str, Segment]:
        """Give the items a hundred at a time."""
        pk = keys.registry(partner_id)
        wanted = [{"pk": pk, "sk": definition_keys.segment_head(segment_id)} for segment_id in set(segment_ids)]
        found = (
            _from_stored(stored, partner_id)
            for some in batched(wanted, _READ_AT_ONCE, strict=False)
            for stored in self._table.get_many(some)
        )
        return {each.segment_id: each for each in found}

    def of_partner(self, partner_id: str) -> Iterator[Segment]:
        """Give the items."""
        operands: Values = {":pk": keys.registry(partner_id), ":beginning": definition_keys.SEGMENT_HEADS}
        for stored in self._table.query("pk = :pk AND begins_with(sk, :beginning)", operands):
            yield _from_stored(stored, partner_id)

    def save(self, segment: Segment) -> None:
        """Write where the version before is stored."""
        self._table.put_version(_values_of(segment), "the segment was changed by another")


def _values_of(segment: Segment) -> Values:
    """Give the segment's item; it is kept."""
    replacement = segment.replacement if isinstance(segment, ListSegment) else None
    return given(
        {
            "pk": keys.registry(segment.partner_id),
            "sk": definition_keys.segment_head(segment.segment_id),
            "segment_id": segment.segment_id,
            "version": segment.version,
            "name": segment.name,
            "condition": segment.condition if isinstance(segment, RuleSegment) else None,
            "is_archived": segment.is_archived or None,
            "replacing_since_ms": None if replacement is None else to_ms(replacement.since),
            "replacing_upload": None if replacement is None else replacement.upload,
        }
    )


def _from_stored(stored: Stored, partner_id: str) -> Segment:
    segment_id, name, version = stored["segment_id"], stored["name"], int(stored["version"])
    is_archived = stored.get("is_archived", False)
    if "condition" in stored:
        return RuleSegment(partner_id, segment_id, name, stored["condition"], version, is_archived)
    replacement = None
    if "replacing_upload" in stored:
        replacement = Replacement(stored["replacing_upload"], from_ms(int(stored["replacing_since_ms"])))
    return ListSegment(partner_id, segment_id, name, version, is_archived, replacement)
