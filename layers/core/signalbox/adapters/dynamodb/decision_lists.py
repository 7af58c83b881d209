"""Looks into the Deliveries table's indexes: by flow in short, some 200 bytes an item, by contact whole.

Both are sorted by `decided_at`, which moves when a deferred decision is taken up again.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import batched

from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.deliveries import from_stored
from signalbox.adapters.dynamodb.table import Table
from signalbox.adapters.dynamodb.values import Item, Values, from_item
from signalbox.domain.decision_names import DecisionName, bounded
from signalbox.domain.decision_summaries import DecisionSummary, Place
from signalbox.domain.decisions import Decision, Outcome, SkipReason
from signalbox.domain.events import from_ms
from signalbox.domain.feedback import ProviderNews
from signalbox.domain.queries import Window

READ_AT_ONCE = 100  # AWS: "BatchGetItem"
_DECIDED = " AND decided_at BETWEEN :first AND :last"
_INSTANT = timedelta(milliseconds=1)
_OUTCOMES = {each.value: each for each in Outcome}
_REASONS = {each.value: each for each in SkipReason}
_NEWS = {each.value: each for each in ProviderNews}
_NOTHING: frozenset[ProviderNews] = frozenset()


class DynamoDecisionLists:
    """The `DecisionLists` port."""

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)

    def of_flow(
        self, partner_id: str, flow_id: str, window: Window, before: Place | None = None
    ) -> Iterator[DecisionSummary]:
        """Read the index by flow."""
        if window.end <= window.start:
            return iter(())
        flow = keys.deliveries_of_flow(partner_id, flow_id)
        start = None
        if before is not None:
            start = {
                **keys.delivery(partner_id, flow_id, before.event_id),
                "flow": flow,
                "decided_at": keys.padded(before.decided_at),
            }
        found = self._table.query_index("by_flow", "flow = :key" + _DECIDED, _operands(flow, window), start)
        return map(_summary_of, found)

    def of_contact(self, partner_id: str, identity: str, window: Window) -> Iterator[Decision]:
        """Read the index by contact."""
        if window.end <= window.start:
            return iter(())
        operands = _operands(keys.contact(partner_id, identity), window)
        found = self._table.query_index("by_contact", "contact = :key" + _DECIDED, operands)
        return (from_stored(from_item(each)) for each in found)

    def find_all(self, names: Sequence[DecisionName]) -> Sequence[Decision]:
        """Read the table, a hundred at a time."""
        found: dict[str, Decision] = {}
        pks = [keys.delivery(each.partner_id, each.flow_id, bounded(each.event_id))["pk"] for each in names]
        for some in batched(pks, READ_AT_ONCE, strict=False):
            stored = self._table.get_many([{"pk": pk} for pk in some])
            found |= {each["pk"]: from_stored(each) for each in stored}
        return [found[pk] for pk in pks if pk in found]


def _operands(key: str, window: Window) -> Values:
    return {":key": key, ":first": keys.padded(window.start + _INSTANT), ":last": keys.padded(window.end)}


def _summary_of(item: Item) -> DecisionSummary:
    """Take an item apart without making plain values of all of it first: a report reads so many that it is felt."""
    return DecisionSummary(
        event_id=keys.event_id_of_delivery(item["pk"]["S"]),
        identity=item["identity"]["S"] if "identity" in item else None,
        flow_version=int(item["flow_version"]["N"]),
        outcome=_OUTCOMES[item["outcome"]["S"]],
        decided_at=keys.instant_of(item["decided_at"]["S"]),
        received_at=from_ms(int(item["received_at"]["N"])) if "received_at" in item else None,
        reason=_REASONS[item["reason"]["S"]] if "reason" in item else None,
        arm=item["arm"]["S"] if "arm" in item else None,
        told=frozenset(_NEWS[each["S"]] for each in item["told"]["L"]) if "told" in item else _NOTHING,
    )
