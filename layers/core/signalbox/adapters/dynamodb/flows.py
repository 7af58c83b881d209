"""The flow in the Registry table: a head, which is the current version, and every version."""

from collections.abc import Iterator, Sequence
from itertools import batched

from signalbox.adapters.dynamodb import contents, definition_keys, flow_rules, keys, triggers
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import Table
from signalbox.adapters.dynamodb.values import Stored, Values, given
from signalbox.domain.events import from_ms, to_ms
from signalbox.domain.flows import Flow, FlowStatus, LiveFlow, PauseMode, Trigger

_BEGINNING = "pk = :pk AND begins_with(sk, :beginning)"
READ_AT_ONCE = 100  # AWS: "BatchGetItem"
REMEMBERED = 200
"""Of how many partners a process remembers what runs: some MB."""


class DynamoLiveFlows:
    """The `LiveFlows` port."""

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)
        self._known: dict[str, tuple[int, Sequence[tuple[LiveFlow, Trigger]]]] = {}

    def partner_ids(self) -> Iterator[str]:
        """Read the list that launching writes; who is on it stays there."""
        for stored in self._table.query("pk = :pk", {":pk": keys.LIVE_PARTNERS}):
            yield stored["sk"]

    def of_partner(self, partner_id: str) -> Sequence[tuple[LiveFlow, Trigger]]:
        """Read the count of changes, and only where it has moved the places of the live flows and their triggers.

        So a run costs one read here, however many flows and triggers there are. The count is read first: what
        changes after it is read again by the next run. A live flow without a committed trigger is left out.
        """
        counted = self._table.get({"pk": keys.registry(partner_id), "sk": keys.REVISION})
        revision = 0 if counted is None else int(counted["revision"])
        known = self._known.get(partner_id)
        if known is None or known[0] != revision:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[partner_id] = revision, self._read(partner_id)
        return known[1]

    def _read(self, partner_id: str) -> Sequence[tuple[LiveFlow, Trigger]]:
        """Read flows before triggers, so that a flow launched in between has its trigger."""
        pk = keys.registry(partner_id)
        flows = [
            _live_from(stored, partner_id)
            for stored in self._table.query(_BEGINNING, {":pk": pk, ":beginning": definition_keys.LIVE_FLOWS})
        ]
        heads = [{"pk": pk, "sk": definition_keys.trigger_head(name)} for name in {flow.trigger_id for flow in flows}]
        trigger_by_id = {
            stored["trigger_id"]: triggers.from_stored(stored, partner_id)
            for some in batched(heads, READ_AT_ONCE, strict=False)
            for stored in self._table.get_many(some)
        }
        return [(flow, trigger_by_id[flow.trigger_id]) for flow in flows if flow.trigger_id in trigger_by_id]

    def flow(self, partner_id: str, flow_id: str) -> Flow | None:
        """Give the head."""
        stored = self._table.get({"pk": keys.registry(partner_id), "sk": definition_keys.flow_head(flow_id)})
        return None if stored is None else from_stored(stored, partner_id)


def place_of(flow: Flow) -> Values:
    """Give a live flow's place among its partner's, with what a run needs to know of it."""
    values: Values = {
        "pk": keys.registry(flow.partner_id),
        "sk": definition_keys.live_flow(flow.flow_id),
        "trigger_id": flow.trigger_id,
        "wait": None if flow.wait is None else flow_rules.wait_values(flow.wait),
        "safety_limit": flow.safety_limit,
    }
    return given(values)


def _live_from(stored: Stored, partner_id: str) -> LiveFlow:
    return LiveFlow(
        partner_id,
        stored["sk"].removeprefix(definition_keys.LIVE_FLOWS),
        stored["trigger_id"],
        wait=flow_rules.wait_from(stored["wait"]) if "wait" in stored else None,
        safety_limit=int(stored["safety_limit"]) if "safety_limit" in stored else None,
    )


def attributes_of(flow: Flow) -> Values:
    """Give what a head and a version have in common; both are kept."""
    values: Values = {
        "flow_id": flow.flow_id,
        "version": flow.version,
        "name": flow.name,
        "trigger_id": flow.trigger_id,
        "status": flow.status.value,
        "content": contents.values_of(flow.content),
        "pause_mode": None if flow.pause_mode is None else flow.pause_mode.value,
        "starts_after_ms": None if flow.starts_after is None else to_ms(flow.starts_after),
        **flow_rules.values_of(flow),
    }
    return given(values)


def from_stored(stored: Stored, partner_id: str) -> Flow:
    """Make the flow again."""
    return Flow(
        partner_id=partner_id,
        flow_id=stored["flow_id"],
        version=int(stored["version"]),
        name=stored["name"],
        trigger_id=stored["trigger_id"],
        content=contents.from_stored(stored["content"]),
        status=FlowStatus(stored["status"]),
        pause_mode=PauseMode(stored["pause_mode"]) if "pause_mode" in stored else None,
        starts_after=from_ms(int(stored["starts_after_ms"])) if "starts_after_ms" in stored else None,
        **flow_rules.from_stored(stored),
    )
