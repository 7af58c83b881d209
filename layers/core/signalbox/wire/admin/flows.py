"""Event-triggered flows on the wire: what people define, and a flow as it stands."""

from signalbox.domain.flows import EVERYBODY, Flow, FlowChanges, PauseMode
from signalbox.domain.frequency import ReEntry
from signalbox.wire.admin import flow_rules as rules
from signalbox.wire.admin.base import Instant, Listing, Wire
from signalbox.wire.admin.contents import ContentShape, content_of, shape_of_content


class FlowDefinition(Wire):
    """All of a flow that people define; a rule that is left out or null is as in every new flow."""

    name: str
    trigger_id: str
    content: ContentShape
    contents: dict[str, ContentShape] | None = None
    segment_filter: rules.SegmentFilterShape | None = None
    branches: rules.BranchesShape | None = None
    experiment: rules.ExperimentShape | None = None
    re_entry: rules.ReEntryShape | None = None
    quiet_hours: rules.QuietHoursShape | None = None
    wait: rules.WaitShape | None = None
    safety_limit: int | None = None
    is_transactional: bool | None = None


class FlowShape(Wire):
    """One version of a flow."""

    flow_id: str
    version: int
    status: str
    pause_mode: PauseMode | None
    starts_after: Instant | None
    name: str
    trigger_id: str
    content: ContentShape
    contents: dict[str, ContentShape]
    segment_filter: rules.SegmentFilterShape
    branches: rules.BranchesShape
    experiment: rules.ExperimentShape | None
    re_entry: rules.ReEntryShape
    quiet_hours: rules.QuietHoursShape | None
    wait: rules.WaitShape | None
    safety_limit: int | None
    is_transactional: bool


class FlowsAsked(Listing):
    """Which flows: those that are not archived, or with `archived` those that are."""

    archived: bool = False


class FlowItem(Wire):
    """A flow in a list."""

    flow_id: str
    name: str
    status: str
    trigger_id: str
    trigger_name: str | None
    version: int


class FlowItems(Wire):
    """A part of the flows."""

    items: list[FlowItem]
    next: str | None


class FlowVersions(Wire):
    """A part of a flow's versions, the newest first."""

    items: list[FlowShape]
    next: str | None


class Launch(Wire):
    """From when on it sees events; left out for from now on. An earlier instant is a backfill."""

    since: Instant | None = None


class Pause(Wire):
    """What becomes of what happens meanwhile: caught up with on resuming (`hold`), or never looked at (`drop`)."""

    mode: PauseMode


def changes_of(definition: FlowDefinition) -> FlowChanges:
    """Read a definition."""
    branches, experiment = definition.branches, definition.experiment
    quiet_hours, wait = definition.quiet_hours, definition.wait
    return FlowChanges(
        name=definition.name,
        trigger_id=definition.trigger_id,
        content=content_of(definition.content),
        contents={each: content_of(content) for each, content in (definition.contents or {}).items()},
        segment_filter=rules.segment_filter_of(definition.segment_filter or rules.SegmentFilterShape()),
        branches=EVERYBODY if branches is None else rules.branches_of(branches),
        experiment=None if experiment is None else rules.experiment_of(experiment),
        re_entry=ReEntry() if definition.re_entry is None else rules.re_entry_of(definition.re_entry),
        quiet_hours=None if quiet_hours is None else rules.quiet_hours_of(quiet_hours),
        wait=None if wait is None else rules.wait_of(wait),
        safety_limit=definition.safety_limit,
        is_transactional=bool(definition.is_transactional),
    )


def shape_of(flow: Flow) -> FlowShape:
    """Show a version."""
    return FlowShape(
        flow_id=flow.flow_id,
        version=flow.version,
        status=flow.status.value,
        pause_mode=flow.pause_mode,
        starts_after=flow.starts_after,
        name=flow.name,
        trigger_id=flow.trigger_id,
        content=shape_of_content(flow.content),
        contents={each: shape_of_content(content) for each, content in flow.contents.items()},
        segment_filter=rules.SegmentFilterShape(
            mode=flow.segment_filter.mode, segment_ids=list(flow.segment_filter.segment_ids)
        ),
        branches=rules.shape_of_branches(flow.branches),
        experiment=None if flow.experiment is None else rules.shape_of_experiment(flow.experiment),
        re_entry=rules.shape_of_re_entry(flow.re_entry),
        quiet_hours=None if flow.quiet_hours is None else rules.shape_of_quiet_hours(flow.quiet_hours),
        wait=None if flow.wait is None else rules.shape_of_wait(flow.wait),
        safety_limit=flow.safety_limit,
        is_transactional=flow.is_transactional,
    )
