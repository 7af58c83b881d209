"""Writing people's definitions into the Registry table, each change one transaction."""

from typing import Any

from signalbox.adapters.dynamodb import cursors, flows, keys, partners, triggers
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import UNTAKEN, Table, Write, transact
from signalbox.adapters.dynamodb.values import Values
from signalbox.domain.errors import Conflict
from signalbox.domain.flows import Cursor, Flow, Trigger
from signalbox.domain.partners import Partner


class DynamoDefinitions:
    """The `Definitions` port."""

    def __init__(self, client: Client, registry_table: str, cursors_table: str) -> None:
        self._client = client
        self._registry = Table(client, registry_table)
        self._cursors = Table(client, cursors_table)
        self._partners = partners.DynamoPartners(client, registry_table)

    def create_partner(self, partner: Partner) -> None:
        """Write the partner where its id is free."""
        if self._registry.put_if(UNTAKEN, partners.values_of(partner)) is not None:
            raise Conflict("the partner id is taken")

    def partner(self, partner_id: str) -> Partner | None:
        """Give the partner, fresh."""
        return self._partners.find(partner_id)

    def save_partner(self, partner: Partner) -> None:
        """Write the partner where the version before is stored."""
        operands: Values = {":previous": partner.version - 1}
        if self._registry.put_if("version = :previous", partners.values_of(partner), operands) is not None:
            raise Conflict("the partner was changed by another")

    def commit_trigger(self, trigger: Trigger) -> None:
        """Write the version and, where the one before is the committed one, the head."""
        head = keys.trigger_head(trigger.trigger_id)
        version = keys.trigger_version(trigger.trigger_id, trigger.version)
        transact(self._client, self._next(trigger, triggers.attributes_of(trigger), head, version))

    def trigger(self, partner_id: str, trigger_id: str) -> Trigger | None:
        """Give the head."""
        stored = self._registry.get({"pk": keys.registry(partner_id), "sk": keys.trigger_head(trigger_id)})
        return None if stored is None else triggers.from_stored(stored, partner_id)

    def save_flow(self, flow: Flow) -> None:
        """Write the version and, where the one before is the current one, the head."""
        transact(self._client, self._flow_requests(flow))

    def launch(self, flow: Flow, cursor: Cursor) -> None:
        """Write the flow as `save_flow` does, and with it its cursor and its partner's place on the live list."""
        listed: Values = {"pk": keys.LIVE_PARTNERS, "sk": flow.partner_id}  # kept
        writes = [
            *self._flow_requests(flow),
            self._cursors.put_request(cursors.values_of(cursor)),
            self._registry.put_request(listed),
        ]
        transact(self._client, writes)

    def _flow_requests(self, flow: Flow) -> list[Write]:
        head, version = keys.flow_head(flow.flow_id), keys.flow_version(flow.flow_id, flow.version)
        return self._next(flow, flows.attributes_of(flow), head, version)

    def _next(self, definition: Flow | Trigger, attributes: Values, head: str, version: str) -> list[Write]:
        pk = keys.registry(definition.partner_id)
        condition: dict[str, Any] = (
            {"condition": UNTAKEN}
            if definition.version == 1
            else {"condition": "version = :previous", "operands": {":previous": definition.version - 1}}
        )
        return [
            self._registry.put_request({"pk": pk, "sk": head, **attributes}, **condition),
            self._registry.put_request({"pk": pk, "sk": version, **attributes}),
        ]
