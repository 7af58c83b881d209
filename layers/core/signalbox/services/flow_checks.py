"""The checks that a flow passes before it may message anybody: its templates, conditions and rules."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from signalbox.domain import branches, experiments, frequency, quiet_hours, safety_holds, waits
from signalbox.domain.content import template_parts
from signalbox.domain.contents import Content, EmailContent, PushContent, WebhookContent
from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.flows import Flow, Trigger
from signalbox.domain.segments import MAX_LISTED, RuleSegment
from signalbox.ports import (
    Conditions,
    Definitions,
    KnownBlocks,
    KnownDestinations,
    KnownSegments,
    QueryCompiler,
    Renderer,
)
from signalbox.services.composing import Composing

_NO_CONTENT = "expected the id of one of the flow's contents"


class FlowChecks:
    """Finds all that stands in a flow's way, each thing by its path in the flow."""

    def __init__(
        self,
        *,
        definitions: Definitions,
        destinations: KnownDestinations,
        segments: KnownSegments,
        blocks: KnownBlocks,
        renderer: Renderer,
        conditions: Conditions,
        compiler: QueryCompiler,
    ) -> None:
        self._definitions = definitions
        self._destinations = destinations
        self._segments = segments
        self._composing = Composing(blocks=blocks, renderer=renderer)
        self._renderer = renderer
        self._conditions = conditions
        self._compiler = compiler

    def faults(self, flow: Flow) -> list[Reason]:
        """Name everything; nothing where the flow may message people."""
        faults = [*self._faults_of_contents(flow), *self._faults_of_conditions(flow), *_faults_of_rules(flow)]
        trigger = self._definitions.trigger(flow.partner_id, flow.trigger_id)
        if trigger is None:
            faults.append(Reason("/trigger_id", "no such trigger"))
        return [
            *faults,
            *_unknown_contents(flow),
            *self._faults_of_segments(flow),
            *self._faults_of_exit(flow, trigger),
        ]

    def compiled(self, flow: Flow) -> Flow:
        """Give a flow without faults as it runs: with the engine's SQL for the exit condition of its wait."""
        if flow.wait is None or flow.wait.exit_condition is None:
            return flow
        condition = flow.wait.exit_condition
        compiled_sql = self._compiler.compile(condition.sql, condition.dialect, (condition.key,))
        return replace(flow, wait=replace(flow.wait, exit_condition=replace(condition, compiled_sql=compiled_sql)))

    def _faults_of_contents(self, flow: Flow) -> Iterator[Reason]:
        yield from _below("/content", self._faults_of_content(flow.partner_id, flow.content))
        for content_id, content in flow.contents.items():
            if not content_id:
                yield Reason("/contents", "expected ids that are not empty")
            yield from _below(f"/contents/{escaped(content_id)}", self._faults_of_content(flow.partner_id, content))

    def _faults_of_content(self, partner_id: str, content: Content) -> Iterator[Reason]:
        parts = template_parts(content)
        blocks = self._composing.blocks_for(partner_id, [part.source for part in parts.values()], sees_archived=False)
        if isinstance(content, EmailContent):
            yield from self._renderer.faults(content, blocks)
            return
        yield from self._renderer.faults_of_parts(parts, blocks)
        match content:
            case WebhookContent():
                yield from self._faults_of_destination(partner_id, content.destination_id)
            case PushContent():
                partner = self._definitions.partner(partner_id)
                if partner is None or not partner.push_applications:
                    yield Reason("", "expected a partner with a push application")
        if not isinstance(content, WebhookContent) and not content.trait:
            yield Reason("/trait", "expected the name of the trait that holds the address")

    def _faults_of_destination(self, partner_id: str, destination_id: str) -> Iterator[Reason]:
        destination = self._destinations.find(partner_id, destination_id)
        if destination is None:
            yield Reason("/destination_id", "no such destination")
        elif not destination.enabled:
            yield Reason("/destination_id", "the destination is disabled")

    def _faults_of_exit(self, flow: Flow, trigger: Trigger | None) -> Iterator[Reason]:
        """Compile the exit condition, and see that the trigger returns the column that its wait is keyed by."""
        condition = flow.wait.exit_condition if flow.wait else None
        if condition is None or not condition.key:
            return
        try:
            self._compiler.compile(condition.sql, condition.dialect, (condition.key,))
        except Invalid as invalid:
            yield from _below("/wait/exit_condition", invalid.reasons)
        if trigger is None:
            return
        try:
            self._compiler.compile(trigger.sql, trigger.dialect, (condition.key,))
        except Invalid:
            yield Reason("/wait/exit_condition/key", "expected a column that the trigger returns")

    def _faults_of_conditions(self, flow: Flow) -> Iterator[Reason]:
        for place, branch in enumerate(flow.branches.ordered):
            if branch.condition.strip() and (fault := self._conditions.fault(branch.condition)):
                yield Reason(f"/branches/ordered/{place}/condition", fault)

    def _faults_of_segments(self, flow: Flow) -> Iterator[Reason]:
        listed = flow.segment_filter.segment_ids
        if len(listed) > MAX_LISTED:
            yield Reason("/segment_filter/segment_ids", f"expected up to {MAX_LISTED} segments")
            return
        found = self._segments.find_all(flow.partner_id, listed) if listed else {}
        for place, segment_id in enumerate(listed):
            segment = found.get(segment_id)
            if segment is None or segment.is_archived:
                yield Reason(f"/segment_filter/segment_ids/{place}", "no such segment, or it is archived")
            elif isinstance(segment, RuleSegment) and (fault := self._conditions.fault(segment.condition)):
                yield Reason(f"/segment_filter/segment_ids/{place}", f"its condition: {fault}")


def _faults_of_rules(flow: Flow) -> Iterator[Reason]:
    yield from _below("/branches", branches.reasons_against(flow.branches))
    yield from _below("/re_entry", frequency.reasons_against_re_entry(flow.re_entry))
    if flow.wait:
        yield from _below("/wait", waits.reasons_against(flow.wait))
    yield from _below("/safety_limit", safety_holds.reasons_against(flow.safety_limit))
    if flow.quiet_hours:
        yield from _below("/quiet_hours", quiet_hours.reasons_against(flow.quiet_hours))
    if flow.experiment:
        yield from _below("/experiment", experiments.reasons_against(flow.experiment))


def _unknown_contents(flow: Flow) -> Iterator[Reason]:
    asked = {f"/branches/ordered/{place}": each.content_id for place, each in enumerate(flow.branches.ordered)}
    if flow.branches.default:
        asked["/branches/default"] = flow.branches.default.content_id
    if flow.experiment:
        named = enumerate(flow.experiment.variants)
        asked |= {f"/experiment/variants/{place}": each.content_id for place, each in named}
    for path, content_id in asked.items():
        if flow.content_of(content_id) is None:
            yield Reason(f"{path}/content_id", _NO_CONTENT)


def _below(path: str, reasons: Iterable[Reason]) -> Iterator[Reason]:
    for each in reasons:
        yield Reason(path + each.path, each.reason)


def escaped(name: str) -> str:
    """Write a name as a JSON pointer does (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
