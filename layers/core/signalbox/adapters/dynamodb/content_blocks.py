"""The content block in the Registry table, under its name."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import batched

from signalbox.adapters.dynamodb import definition_keys, keys
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import Table
from signalbox.adapters.dynamodb.values import Stored, Values, compressed, text_of
from signalbox.domain.content_blocks import ContentBlock

_READ_AT_ONCE = 100  # AWS: "BatchGetItem"


class DynamoContentBlocks:
    """The `ContentBlocks` port."""

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)

    def find(self, partner_id: str, name: str) -> ContentBlock | None:
        """Give the item."""
        stored = self._table.get(_key(partner_id, name))
        return None if stored is None else _from_stored(stored, partner_id)

    def find_all(self, partner_id: str, names: Iterable[str]) -> Sequence[ContentBlock]:
        """Give the items a hundred at a time."""
        wanted = [_key(partner_id, name) for name in set(names)]
        return [
            _from_stored(stored, partner_id)
            for some in batched(wanted, _READ_AT_ONCE, strict=False)
            for stored in self._table.get_many(some)
        ]

    def of_partner(self, partner_id: str) -> Iterator[ContentBlock]:
        """Give the items."""
        operands: Values = {":pk": keys.registry(partner_id), ":beginning": definition_keys.CONTENT_BLOCKS}
        for stored in self._table.query("pk = :pk AND begins_with(sk, :beginning)", operands):
            yield _from_stored(stored, partner_id)

    def save(self, block: ContentBlock) -> None:
        """Write where the version before is stored."""
        self._table.put_version(_values_of(block), "the content block was changed by another")


def _key(partner_id: str, name: str) -> keys.Key:
    return {"pk": keys.registry(partner_id), "sk": definition_keys.content_block(name)}


def _values_of(block: ContentBlock) -> Values:
    """Give the block's item; it is kept."""
    values: Values = {
        **_key(block.partner_id, block.name),
        "name": block.name,
        "version": block.version,
        "source": block.source,
        "is_archived": block.is_archived,
    }
    return compressed(values, "source")


def _from_stored(stored: Stored, partner_id: str) -> ContentBlock:
    return ContentBlock(
        partner_id=partner_id,
        name=stored["name"],
        source=text_of(stored["source"]),
        version=int(stored["version"]),
        is_archived=stored["is_archived"],
    )
