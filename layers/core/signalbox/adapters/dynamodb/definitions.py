"""Writing people's definitions into the Registry table, each change one transaction.

A write whose answer was lost is sent again and then meets itself: a condition that fails is no conflict where
what stands there is what was to be written.
"""

from collections.abc import Iterator
from typing import Any

from signalbox.adapters.dynamodb import cursors, definition_keys, flows, keys, partners, triggers
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import UNTAKEN, Table, Write, transact
from signalbox.adapters.dynamodb.values import Values, from_item, to_item
from signalbox.domain.drafts import TriggerDraft
from signalbox.domain.errors import Conflict
from signalbox.domain.events import to_ms
from signalbox.domain.flows import Cursor, Flow, FlowStatus, Trigger
from signalbox.domain.partners import Partner

_BEGINNING = "pk = :pk AND begins_with(sk, :beginning)"
_THIS_REVISION = "draft_id = :draft_id AND revision = :revision"


class DynamoDefinitions:
    """The `Definitions` port."""

    def __init__(self, client: Client, registry_table: str, cursors_table: str) -> None:
        self._client = client
        self._registry = Table(client, registry_table)
        self._cursors = Table(client, cursors_table)
        self._partners = partners.DynamoPartners(client, registry_table)

    def create_partner(self, partner: Partner) -> None:
        """Write the partner where its id is free, and its place on the list."""
        values = partners.values_of(partner)
        listed: Values = {"pk": keys.PARTNERS, "sk": partner.partner_id}  # kept
        try:
            transact(self._client, [self._registry.put_request(values, UNTAKEN), self._registry.put_request(listed)])
        except Conflict:
            if self._registry.get({"pk": keys.registry(partner.partner_id), "sk": keys.PARTNER}) != from_item(
                to_item(values)
            ):
                raise

    def partner(self, partner_id: str) -> Partner | None:
        """Give the partner, fresh."""
        return self._partners.find(partner_id)

    def partners(self) -> Iterator[Partner]:
        """Read the list and then each partner."""
        for listed in self._registry.query("pk = :pk", {":pk": keys.PARTNERS}):
            partner = self.partner(listed["sk"])
            if partner is not None:
                yield partner

    def save_partner(self, partner: Partner) -> None:
        """Write the partner where the version before is stored."""
        operands: Values = {":previous": partner.version - 1}
        self._put("version = :previous", partners.values_of(partner), operands, "the partner was changed by another")

    def commit_trigger(self, trigger: Trigger, draft: TriggerDraft | None = None) -> None:
        """Write the version and, where the one before is the committed one, the head; and delete the draft."""
        head = definition_keys.trigger_head(trigger.trigger_id)
        version = definition_keys.trigger_version(trigger.trigger_id, trigger.version)
        writes = self._next(trigger, triggers.attributes_of(trigger), head, version)
        self._transact([*writes, *([] if draft is None else [self._deletion(draft)])])

    def trigger(self, partner_id: str, trigger_id: str) -> Trigger | None:
        """Give the head."""
        return self._trigger(partner_id, definition_keys.trigger_head(trigger_id))

    def triggers(self, partner_id: str) -> Iterator[Trigger]:
        """Give the heads."""
        for stored in self._registry.query(_BEGINNING, _beginning(partner_id, definition_keys.TRIGGER_HEADS)):
            yield triggers.from_stored(stored, partner_id)

    def trigger_version(self, partner_id: str, trigger_id: str, version: int) -> Trigger | None:
        """Give the item of the version."""
        return self._trigger(partner_id, definition_keys.trigger_version(trigger_id, version))

    def trigger_versions(self, partner_id: str, trigger_id: str) -> Iterator[Trigger]:
        """Read the versions backwards."""
        operands = _beginning(partner_id, definition_keys.trigger_versions(trigger_id))
        for stored in self._registry.query(_BEGINNING, operands, backwards=True):
            yield triggers.from_stored(stored, partner_id)

    def save_draft(self, draft: TriggerDraft) -> None:
        """Write the draft where its revision before stands, or none does when it is the first."""
        values: Values = {**_draft_key(draft), **triggers.attributes_of_draft(draft)}
        conflict = "the draft was changed by another"
        if draft.revision == 1:
            self._put(UNTAKEN, values, None, conflict)
        else:
            self._put(_THIS_REVISION, values, _revision(draft, draft.revision - 1), conflict)

    def draft(self, partner_id: str, trigger_id: str) -> TriggerDraft | None:
        """Give the draft, fresh."""
        stored = self._registry.get({"pk": keys.registry(partner_id), "sk": definition_keys.trigger_draft(trigger_id)})
        return None if stored is None else triggers.draft_from_stored(stored, partner_id)

    def drafts(self, partner_id: str) -> Iterator[TriggerDraft]:
        """Give the drafts."""
        for stored in self._registry.query(_BEGINNING, _beginning(partner_id, definition_keys.TRIGGER_DRAFTS)):
            yield triggers.draft_from_stored(stored, partner_id)

    def discard_draft(self, draft: TriggerDraft) -> None:
        """Delete the draft where it stands; one that is gone is as it should be."""
        try:
            transact(self._client, [self._deletion(draft)])
        except Conflict:
            if self.draft(draft.partner_id, draft.trigger_id) is not None:
                raise

    def flow(self, partner_id: str, flow_id: str) -> Flow | None:
        """Give the head."""
        stored = self._registry.get({"pk": keys.registry(partner_id), "sk": definition_keys.flow_head(flow_id)})
        return None if stored is None else flows.from_stored(stored, partner_id)

    def flows_of(self, partner_id: str) -> Iterator[Flow]:
        """Give the heads."""
        for stored in self._registry.query(_BEGINNING, _beginning(partner_id, definition_keys.FLOW_HEADS)):
            yield flows.from_stored(stored, partner_id)

    def flow_versions(self, partner_id: str, flow_id: str) -> Iterator[Flow]:
        """Read the versions backwards."""
        operands = _beginning(partner_id, definition_keys.flow_versions(flow_id))
        for stored in self._registry.query(_BEGINNING, operands, backwards=True):
            yield flows.from_stored(stored, partner_id)

    def save_flow(self, flow: Flow) -> None:
        """Write the version and, where the one before is the current one, the head."""
        self._transact(self._flow_requests(flow))

    def launch(self, flow: Flow, cursor: Cursor) -> None:
        """Write the flow as `save_flow` does, and with it its cursor and its partner's place on the live list."""
        listed: Values = {"pk": keys.LIVE_PARTNERS, "sk": flow.partner_id}  # kept
        writes = [
            *self._flow_requests(flow),
            self._cursors.put_request(cursors.values_of(cursor)),
            self._registry.put_request(listed),
        ]
        self._transact(writes)

    def resume(self, flow: Flow, standing: Cursor, following: Cursor) -> None:
        """Write the flow as `save_flow` does, and the cursor where the old one still is."""
        expected: Values = {":expected": to_ms(standing.position)}
        moved = self._cursors.put_request(cursors.values_of(following), "position_ms = :expected", expected)
        self._transact([*self._flow_requests(flow), moved])

    def _trigger(self, partner_id: str, name: str) -> Trigger | None:
        stored = self._registry.get({"pk": keys.registry(partner_id), "sk": name})
        return None if stored is None else triggers.from_stored(stored, partner_id)

    def _flow_requests(self, flow: Flow) -> list[Write]:
        """Make the writes of a flow's next version, and of its place among the live ones."""
        head, version = (
            definition_keys.flow_head(flow.flow_id),
            definition_keys.flow_version(flow.flow_id, flow.version),
        )
        writes = self._next(flow, flows.attributes_of(flow), head, version)
        if flow.status is FlowStatus.LIVE:
            return [*writes, self._registry.put_request(flows.place_of(flow))]
        if flow.status is FlowStatus.DRAFT:
            return writes
        place: keys.Key = {"pk": keys.registry(flow.partner_id), "sk": definition_keys.live_flow(flow.flow_id)}
        return [*writes, self._registry.delete_request(place)]

    def _next(self, definition: Flow | Trigger, attributes: Values, head: str, version: str) -> list[Write]:
        """Make the writes of the next version, the head's first."""
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

    def _deletion(self, draft: TriggerDraft) -> Write:
        return self._registry.delete_request(_draft_key(draft), _THIS_REVISION, _revision(draft, draft.revision))

    def _put(self, condition: str, values: Values, operands: Values | None, conflict: str) -> None:
        standing = self._registry.put_if(condition, values, operands)
        if standing is not None and standing != from_item(to_item(values)):
            raise Conflict(conflict)

    def _transact(self, writes: list[Write]) -> None:
        """Do the writes of a next version and count them; done already where its head, the first, stands as written."""
        head = from_item(writes[0]["Put"]["Item"])
        counted = self._registry.count_request({"pk": head["pk"], "sk": keys.REVISION}, "revision")
        try:
            transact(self._client, [*writes, counted])
        except Conflict:
            if self._registry.get({"pk": head["pk"], "sk": head["sk"]}) != head:
                raise


def _beginning(partner_id: str, beginning: str) -> Values:
    return {":pk": keys.registry(partner_id), ":beginning": beginning}


def _draft_key(draft: TriggerDraft) -> keys.Key:
    return {"pk": keys.registry(draft.partner_id), "sk": definition_keys.trigger_draft(draft.trigger_id)}


def _revision(draft: TriggerDraft, revision: int) -> Values:
    return {":draft_id": draft.draft_id, ":revision": revision}
