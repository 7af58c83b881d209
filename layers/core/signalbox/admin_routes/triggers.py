"""Routes about event triggers: what is committed, its versions, and how its runs go."""

from collections.abc import Sequence
from itertools import islice

from signalbox.admin_routes.naming import flow_names
from signalbox.admin_routes.routing import PARTNER, Call, Change, Reply, Route
from signalbox.domain.access import Role
from signalbox.domain.drafts import TriggerDraft
from signalbox.domain.errors import Missing
from signalbox.domain.flows import Trigger
from signalbox.ports import Definitions
from signalbox.services.trigger_authoring import TriggerAuthoring
from signalbox.services.trigger_health import FlowHealth, State, TriggerHealth
from signalbox.wire.admin import tables, triggers
from signalbox.wire.admin.base import Listing, seconds_of
from signalbox.wire.admin.pages import part_of, read_cursor, write_cursor
from signalbox.wire.admin.trigger_findings import shape_of_comparison, shape_of_run

TRIGGERS = f"{PARTNER}/triggers"
TRIGGER = f"{TRIGGERS}/{{triggerId}}"
_IDLE = ("idle", "No live flow uses it.")


class TriggerRoutes:
    """What is there of triggers, and going back to an earlier version."""

    def __init__(self, *, definitions: Definitions, authoring: TriggerAuthoring, health: TriggerHealth) -> None:
        self._definitions = definitions
        self._authoring = authoring
        self._health = health

    def routes(self) -> tuple[Route, ...]:
        """List them."""
        return (*self._of_triggers(), *self._of_versions())

    def _of_triggers(self) -> tuple[Route, ...]:
        return (
            Route(
                "GET", TRIGGERS, "listTriggers", "The event triggers with their health", Role.VIEWER, self._list,
                asks=Listing, gives=triggers.TriggerItems,
            ),
            Route(
                "GET", TRIGGER, "getTrigger", "A trigger: what is committed, its draft, its health", Role.VIEWER,
                self._get, gives=triggers.TriggerOverview,
            ),
            Route(
                "GET", f"{PARTNER}/tables", "listTables", "The tables and columns that queries may read", Role.VIEWER,
                self._tables, gives=tables.QueryTables,
            ),
        )  # fmt: skip

    def _of_versions(self) -> tuple[Route, ...]:
        return (
            Route(
                "GET", f"{TRIGGER}/versions", "listTriggerVersions", "All versions, the newest first", Role.VIEWER,
                self._versions, asks=Listing, gives=triggers.TriggerList,
            ),
            Route(
                "GET", f"{TRIGGER}/versions/{{version}}", "getTriggerVersion", "One version", Role.VIEWER,
                self._version, gives=triggers.TriggerShape,
            ),
            Route(
                "GET", f"{TRIGGER}/compare", "compareTriggerVersions", "What changed from one version to another",
                Role.VIEWER, self._compare, asks=triggers.Pair, gives=triggers.ComparisonShape,
            ),
            Route(
                "POST", f"{TRIGGER}/restore", "restoreTrigger", "Commit an earlier version again", Role.EDITOR,
                self._restore, takes=triggers.Restoration, gives=triggers.TriggerShape, changes="trigger",
                thing="triggerId",
            ),
        )  # fmt: skip

    def _list(self, call: Call) -> Reply:
        heads = {each.trigger_id: each for each in self._definitions.triggers(call.partner_id)}
        drafts = {each.trigger_id: each for each in self._definitions.drafts(call.partner_id)}
        part, following = part_of(sorted({*heads, *drafts}), call.query, lambda trigger_id: trigger_id)
        health = self._health.of_partner(call.partner_id)
        items = [_item(each, heads.get(each), drafts.get(each), health.get(each, ())) for each in part]
        return Reply(triggers.TriggerItems(items=items, next=following))

    def _get(self, call: Call) -> Reply:
        trigger_id = call.params["triggerId"]
        head = self._definitions.trigger(call.partner_id, trigger_id)
        draft = self._definitions.draft(call.partner_id, trigger_id)
        if head is None and draft is None:
            raise Missing("no such trigger")
        health = self._health.of_trigger(call.partner_id, trigger_id)
        names = flow_names(self._definitions, call.partner_id) if health else {}
        overview = triggers.TriggerOverview(
            trigger=None if head is None else triggers.shape_of(head),
            draft=None if draft is None else triggers.shape_of_draft(draft),
            health=[_health(each, names.get(each.flow_id)) for each in health],
        )
        return Reply(overview, version=head.version if head else None)

    @staticmethod
    def _tables(_call: Call) -> Reply:
        return Reply(tables.TABLES)

    def _versions(self, call: Call) -> Reply:
        asked: Listing = call.query
        after = read_cursor(asked.cursor, int)
        found = self._definitions.trigger_versions(call.partner_id, call.params["triggerId"])
        rest = found if after is None else (each for each in found if each.version < int(after[0]))
        part = list(islice(rest, asked.limit + 1))
        more = write_cursor([part[-2].version]) if len(part) > asked.limit else None
        shown = [triggers.shape_of(each) for each in part[: asked.limit]]
        return Reply(triggers.TriggerList(items=shown, next=more))

    def _version(self, call: Call) -> Reply:
        version = call.params["version"]
        found = (
            self._definitions.trigger_version(call.partner_id, call.params["triggerId"], int(version))
            if version.isascii() and version.isdecimal()
            else None
        )
        if found is None:
            raise Missing("no such version")
        return Reply(triggers.shape_of(found))

    def _compare(self, call: Call) -> Reply:
        pair: triggers.Pair = call.query
        compared = self._authoring.compare(call.partner_id, call.params["triggerId"], pair.first, pair.second)
        return Reply(shape_of_comparison(compared))

    def _restore(self, call: Call) -> Reply:
        wanted: triggers.Restoration = call.body
        trigger_id = call.params["triggerId"]
        if self._definitions.trigger(call.partner_id, trigger_id) is None:
            raise Missing("no such trigger")
        restored = self._authoring.restore(
            call.partner_id, trigger_id, wanted.version, over=wanted.over, committed_by=call.who.name, note=wanted.note
        )
        change = Change(wanted.over, restored.version)
        return Reply(triggers.shape_of(restored), restored.version, change=change)


def _item(
    trigger_id: str, head: Trigger | None, draft: TriggerDraft | None, health: Sequence[FlowHealth]
) -> triggers.TriggerItem:
    order = list(State)
    worst = min(health, key=lambda each: order.index(each.state), default=None)
    state, words = _IDLE if worst is None else (worst.state.value, worst.words)
    return triggers.TriggerItem(
        trigger_id=trigger_id,
        name=head.name if head else draft.name if draft else "",
        version=head.version if head else None,
        committed_at=head.committed_at if head else None,
        has_draft=draft is not None,
        state=state,
        words=words,
        live_flows=len(health),
    )


def _health(health: FlowHealth, flow_name: str | None) -> triggers.HealthShape:
    run = health.health.last_run
    return triggers.HealthShape(
        flow_id=health.flow_id,
        flow_name=flow_name,
        state=health.state.value,
        words=health.words,
        lag_seconds=seconds_of(health.lag),
        last_run=None if run is None else shape_of_run(run),
    )
