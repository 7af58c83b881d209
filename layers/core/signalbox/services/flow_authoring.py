"""Event-triggered flows as marketers run them: drafting, launching, pausing, resuming, ending, archiving."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Unpack

from signalbox.domain.contents import Content
from signalbox.domain.errors import Conflict, Forbidden, Invalid, Misconfigured, Reason
from signalbox.domain.flows import (
    Cursor,
    Flow,
    FlowChanges,
    FlowRules,
    FlowStatus,
    PauseMode,
    Transition,
)
from signalbox.domain.partners import Environment
from signalbox.ports import (
    Clock,
    Conditions,
    Cursors,
    Definitions,
    Ids,
    KnownBlocks,
    KnownDestinations,
    KnownSegments,
    LiveFlows,
    QueryCompiler,
    Renderer,
)
from signalbox.services.flow_checks import FlowChecks

EVENT_RETENTION = timedelta(days=45)
"""For how long events are kept, where a deployment sets nothing else (template.yaml: EventRetentionDays)."""


class FlowAuthoring:
    """The use cases of those who run flows."""

    def __init__(
        self,
        *,
        clock: Clock,
        ids: Ids,
        definitions: Definitions,
        live_flows: LiveFlows,
        cursors: Cursors,
        segments: KnownSegments,
        blocks: KnownBlocks,
        destinations: KnownDestinations,
        renderer: Renderer,
        conditions: Conditions,
        compiler: QueryCompiler,
        environment: Environment,
        event_retention: timedelta = EVENT_RETENTION,
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._definitions = definitions
        self._live_flows = live_flows
        self._cursors = cursors
        self._checks = FlowChecks(
            definitions=definitions,
            destinations=destinations,
            segments=segments,
            blocks=blocks,
            renderer=renderer,
            conditions=conditions,
            compiler=compiler,
        )
        self._environment = environment
        self._event_retention = event_retention

    def create(self, partner_id: str, name: str, trigger_id: str, content: Content, **rules: Unpack[FlowRules]) -> Flow:
        """Save a new flow as a draft; raises Forbidden in staging."""
        self._allow_triggering()
        flow = Flow(
            partner_id=partner_id,
            flow_id=self._ids.new_id("flow"),
            version=1,
            name=name,
            trigger_id=trigger_id,
            content=content,
            **rules,
        )
        self._definitions.save_flow(flow)
        return flow

    def edit(self, flow: Flow, **changes: Unpack[FlowChanges]) -> Flow:
        """Save the flow changed, as its next version, which the next decision uses; a draft may have faults.

        Raises Invalid with all that stands in the way of a flow that is or may again be live, and when it has ended;
        Conflict when it was changed since it was read.
        """
        edited = replace(flow, version=flow.version + 1, **changes)
        if faults := self._faults_of_edit(flow, edited):
            raise Invalid(faults)
        if edited.status is not FlowStatus.DRAFT:
            edited = self._checks.compiled(edited)
        self._definitions.save_flow(edited)
        return edited

    def launch(self, flow: Flow, since: datetime | None = None) -> Flow:
        """Make a draft live: it sees every event received after `since` (aware; None: from now on).

        An earlier `since` is a backfill; it re-sends nothing, as a decision is made once for each (flow, event).
        Repeating it gives the flow as it was launched. Raises Invalid with all that stands in the way, Forbidden in
        staging, and Conflict when the flow was changed since it was read.
        """
        self._allow_triggering()
        now = self._clock.now()
        if faults := self._faults(flow, since, now):
            raise Invalid(faults)
        starts_after = now if since is None else since
        live = replace(self._checks.compiled(flow).after(Transition.LAUNCH), starts_after=starts_after)
        try:
            self._definitions.launch(live, Cursor(flow.partner_id, flow.flow_id, position=starts_after))
        except Conflict:
            if since is not None:
                raise
            return self._as_it_stands(live)
        return live

    def pause(self, flow: Flow, mode: PauseMode) -> Flow:
        """Stop a live flow; `mode` says what becomes of what happens meanwhile, once it is resumed.

        Raises Invalid unless it is live, Conflict when it was changed since it was read.
        """
        paused = replace(flow.after(Transition.PAUSE), pause_mode=mode)
        self._definitions.save_flow(paused)
        return paused

    def resume(self, flow: Flow) -> Flow:
        """Make a paused flow live again: from where it stood, or from now on where the pause is dropped.

        Raises Invalid unless it is paused, Conflict when it or its cursor was changed since they were read.
        """
        live, standing = flow.after(Transition.RESUME), self._cursor(flow)
        if flow.holds_matches:
            self._definitions.resume(live, standing, standing)
            return live
        now = self._clock.now()
        live = replace(live, starts_after=now)
        try:
            self._definitions.resume(live, standing, replace(standing, position=now, contacts=0))
        except Conflict:
            return self._as_it_stands(live)
        return live

    def end(self, flow: Flow) -> Flow:
        """End a live or paused flow for good; raises Invalid in any other state, Conflict when it was changed.

        Its partner stays listed as live, as another flow of it may be launched at this moment.
        """
        ended = flow.after(Transition.END)
        self._definitions.save_flow(ended)
        return ended

    def archive(self, flow: Flow) -> Flow:
        """Put an ended flow away, out of the lists; raises Invalid in any other state, Conflict when it was changed."""
        archived = flow.after(Transition.ARCHIVE)
        self._definitions.save_flow(archived)
        return archived

    def _cursor(self, flow: Flow) -> Cursor:
        cursor = self._cursors.of_partner(flow.partner_id).get(flow.flow_id)
        if cursor is None:
            raise Misconfigured("a flow that was launched has no cursor")
        return cursor

    def _as_it_stands(self, wanted: Flow) -> Flow:
        """Give the flow where all but its start is as wanted: the answer to an earlier try was lost."""
        standing = self._live_flows.flow(wanted.partner_id, wanted.flow_id)
        if standing is None or replace(standing, starts_after=wanted.starts_after) != wanted:
            raise Conflict("the flow was changed by another")
        return standing

    def _faults_of_edit(self, flow: Flow, edited: Flow) -> list[Reason]:
        if flow.status is FlowStatus.DRAFT:
            return []
        faults = self._checks.faults(edited)
        if flow.has_ended:
            faults.append(Reason("/status", "a flow that has ended stays as it is"))
        if edited.trigger_id != flow.trigger_id:
            faults.append(Reason("/trigger_id", "expected the trigger it was launched with: its cursor is that one's"))
        return faults

    def _faults(self, flow: Flow, since: datetime | None, now: datetime) -> list[Reason]:
        faults = self._checks.faults(flow)
        if refusal := flow.refusal_of(Transition.LAUNCH):
            faults.append(refusal)
        if since is not None and not now - self._event_retention <= since <= now:
            faults.append(Reason("/since", f"expected a time in the last {self._event_retention.days} days"))
        return faults

    def _allow_triggering(self) -> None:
        if not self._environment.may_trigger:
            raise Forbidden("event triggers and flows can be created in production only")
