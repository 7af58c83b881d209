"""Routes about event-triggered flows: defining them, and the steps of their life."""

from collections.abc import Callable
from itertools import islice
from typing import Any

from signalbox.admin_routes.routing import PARTNER, Call, Change, Reply, Route
from signalbox.domain.access import Role
from signalbox.domain.errors import Missing
from signalbox.domain.flows import Flow, FlowStatus
from signalbox.ports import Definitions
from signalbox.services.flow_authoring import FlowAuthoring
from signalbox.wire.admin import flows
from signalbox.wire.admin.base import Listing, Nothing, Wire
from signalbox.wire.admin.pages import part_of, read_cursor, write_cursor

FLOWS = f"{PARTNER}/flows"
FLOW = f"{FLOWS}/{{flowId}}"


class FlowRoutes:
    """What marketers do with flows."""

    def __init__(self, *, definitions: Definitions, authoring: FlowAuthoring) -> None:
        self._definitions = definitions
        self._authoring = authoring

    def routes(self) -> tuple[Route, ...]:
        """List them."""
        return (*self._of_definitions(), *self._of_life())

    def _of_definitions(self) -> tuple[Route, ...]:
        return (
            Route(
                "GET", FLOWS, "listFlows", "The flows", Role.VIEWER, self._list,
                asks=flows.FlowsAsked, gives=flows.FlowItems,
            ),
            Route(
                "POST", FLOWS, "createFlow", "Create a flow, as a draft", Role.EDITOR, self._create,
                takes=flows.FlowDefinition, gives=flows.FlowShape, status=201, changes="flow",
            ),
            Route("GET", FLOW, "getFlow", "A flow as it stands", Role.VIEWER, self._get, gives=flows.FlowShape),
            Route(
                "PUT", FLOW, "editFlow", "Define the flow anew: its next version, which the next decision uses",
                Role.EDITOR, self._edit, takes=flows.FlowDefinition, gives=flows.FlowShape, changes="flow",
                thing="flowId", is_conditional=True,
            ),
            Route(
                "GET", f"{FLOW}/versions", "listFlowVersions", "All versions, the newest first", Role.VIEWER,
                self._versions, asks=Listing, gives=flows.FlowVersions,
            ),
        )  # fmt: skip

    def _of_life(self) -> tuple[Route, ...]:
        authoring = self._authoring
        return (
            _step(
                "launch", "launchFlow", "Make a draft live, from now on or from an earlier time",
                self._stepped(lambda flow, body: authoring.launch(flow, body.since)), flows.Launch,
            ),
            _step(
                "pause", "pauseFlow", "Stop a live flow",
                self._stepped(lambda flow, body: authoring.pause(flow, body.mode)), flows.Pause,
            ),
            _step(
                "resume", "resumeFlow", "Make a paused flow live again",
                self._stepped(lambda flow, _: authoring.resume(flow)),
            ),
            _step("end", "endFlow", "End a flow for good", self._stepped(lambda flow, _: authoring.end(flow))),
            _step(
                "archive", "archiveFlow", "Put an ended flow away, out of the lists",
                self._stepped(lambda flow, _: authoring.archive(flow)),
            ),
        )  # fmt: skip

    def _list(self, call: Call) -> Reply:
        asked: flows.FlowsAsked = call.query
        found = self._definitions.flows_of(call.partner_id)
        wanted = (each for each in found if (each.status is FlowStatus.ARCHIVED) is asked.archived)
        part, following = part_of(wanted, asked, lambda each: each.flow_id)
        names = {each.trigger_id: each.name for each in self._definitions.triggers(call.partner_id)}
        items = [
            flows.FlowItem(
                flow_id=each.flow_id,
                name=each.name,
                status=each.status.value,
                trigger_id=each.trigger_id,
                trigger_name=names.get(each.trigger_id),
                version=each.version,
            )
            for each in part
        ]
        return Reply(flows.FlowItems(items=items, next=following))

    def _create(self, call: Call) -> Reply:
        flow = self._authoring.create(call.partner_id, **flows.changes_of(call.body))
        location = f"/partners/{call.partner_id}/flows/{flow.flow_id}"
        made = Change(after=flow.version, thing_id=flow.flow_id)
        return Reply(flows.shape_of(flow), flow.version, location, made)

    def _get(self, call: Call) -> Reply:
        flow = self.flow(call)
        return Reply(flows.shape_of(flow), flow.version)

    def _edit(self, call: Call) -> Reply:
        flow = self.flow(call)
        call.seen(flow.version)
        return _shown(flow, self._authoring.edit(flow, **flows.changes_of(call.body)))

    def _versions(self, call: Call) -> Reply:
        asked: Listing = call.query
        after = read_cursor(asked.cursor, int)
        found = self._definitions.flow_versions(call.partner_id, self.flow(call).flow_id)
        rest = found if after is None else (each for each in found if each.version < int(after[0]))
        part = list(islice(rest, asked.limit + 1))
        more = write_cursor([part[-2].version]) if len(part) > asked.limit else None
        return Reply(flows.FlowVersions(items=[flows.shape_of(each) for each in part[: asked.limit]], next=more))

    def _stepped(self, step: Callable[[Flow, Any], Flow]) -> Callable[[Call], Reply]:
        def handle(call: Call) -> Reply:
            flow = self.flow(call)
            call.seen(flow.version)
            return _shown(flow, step(flow, call.body))

        return handle

    def flow(self, call: Call) -> Flow:
        """Give the flow that the path names; raises Missing."""
        flow = self._definitions.flow(call.partner_id, call.params["flowId"])
        if flow is None:
            raise Missing("no such flow")
        return flow


def _shown(before: Flow, flow: Flow) -> Reply:
    return Reply(flows.shape_of(flow), flow.version, change=Change(before.version, flow.version))


def _step(word: str, name: str, summary: str, handle: Callable[[Call], Reply], takes: type[Wire] = Nothing) -> Route:
    return Route(
        "POST", f"{FLOW}/{word}", name, summary, Role.EDITOR, handle, takes=takes, gives=flows.FlowShape,
        changes="flow", thing="flowId", is_conditional=True,
    )  # fmt: skip
