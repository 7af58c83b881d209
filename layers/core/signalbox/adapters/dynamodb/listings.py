"""The index by listing of the Contacts table: what is on a list, in the order of identities.

The index is sparse: only an item with the attribute `listing` is in it, and only its owner writes it, in the same
write as the item. So a list costs one more write unit a member and nothing can be in one place alone.
"""

from collections.abc import Iterator

from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.table import Table
from signalbox.adapters.dynamodb.values import Stored, Values

INDEX = "by_listing"
ALL = "listing = :listing"
_BEYOND = "listing = :listing AND pk > :after"
_SOME_MORE = 8  # of one identity there are as many suppressions: four reasons in two scopes


def listed(table: Table, listing: str, partner_id: str, after: str | None, limit: int) -> Iterator[Stored]:
    """Give what is listed for identities beyond `after`; a page of `limit` is there with the first call."""
    operands: Values = {":listing": listing}
    if after is not None:
        operands = {**operands, ":after": keys.contact(partner_id, after)}
    condition = ALL if after is None else _BEYOND
    return table.query_index_in_order(INDEX, condition, operands, limit + _SOME_MORE)
