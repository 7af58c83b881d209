"""The flow in the Registry table: a head, which is the current version, and every version."""

from collections.abc import Iterator, Sequence

from signalbox.adapters.dynamodb import keys, triggers
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import Table
from signalbox.adapters.dynamodb.values import Stored, Values, given
from signalbox.domain.flows import EmailContent, FilterMode, Flow, FlowStatus, SegmentFilter, Trigger

_HEADS = "pk = :pk AND begins_with(sk, :heads)"


class DynamoLiveFlows:
    """The `LiveFlows` port."""

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)

    def partner_ids(self) -> Iterator[str]:
        """Read the list that launching writes; who is on it stays there."""
        for stored in self._table.query("pk = :pk", {":pk": keys.LIVE_PARTNERS}):
            yield stored["sk"]

    def of_partner(self, partner_id: str) -> Sequence[tuple[Flow, Trigger]]:
        """Read the heads only; flows before triggers, so that a flow launched in between has its trigger.

        A live flow whose trigger was never committed has nothing to run; its cursor stays and its lag tells.
        """
        pk = keys.registry(partner_id)
        flows = [
            from_stored(stored, partner_id)
            for stored in self._table.query(_HEADS, {":pk": pk, ":heads": keys.FLOW_HEADS})
            if stored["status"] == FlowStatus.LIVE
        ]
        heads = self._table.query(_HEADS, {":pk": pk, ":heads": keys.TRIGGER_HEADS}) if flows else ()
        trigger_by_id = {stored["trigger_id"]: triggers.from_stored(stored, partner_id) for stored in heads}
        return [(flow, trigger_by_id[flow.trigger_id]) for flow in flows if flow.trigger_id in trigger_by_id]

    def flow(self, partner_id: str, flow_id: str) -> Flow | None:
        """Give the head."""
        stored = self._table.get({"pk": keys.registry(partner_id), "sk": keys.flow_head(flow_id)})
        return None if stored is None else from_stored(stored, partner_id)


def attributes_of(flow: Flow) -> Values:
    """Give what a head and a version have in common; both are kept."""
    content = flow.content
    return {
        "flow_id": flow.flow_id,
        "version": flow.version,
        "name": flow.name,
        "trigger_id": flow.trigger_id,
        "status": flow.status.value,
        "segment_ids": list(flow.segment_filter.segment_ids),
        "segment_filter_mode": flow.segment_filter.mode.value,
        "content": given(
            {"subject": content.subject, "text": content.text, "html": content.html, "from_name": content.from_name}
        ),
    }


def from_stored(stored: Stored, partner_id: str) -> Flow:
    """Make the flow again."""
    return Flow(
        partner_id=partner_id,
        flow_id=stored["flow_id"],
        version=int(stored["version"]),
        name=stored["name"],
        trigger_id=stored["trigger_id"],
        content=EmailContent(**stored["content"]),
        status=FlowStatus(stored["status"]),
        segment_filter=SegmentFilter(tuple(stored["segment_ids"]), FilterMode(stored["segment_filter_mode"])),
    )
