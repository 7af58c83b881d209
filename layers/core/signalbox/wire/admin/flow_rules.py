"""The rules of a flow on the wire: who is let in, when, which way, and to what end."""

from datetime import time
from typing import Annotated

from pydantic import Field

from signalbox.domain.branches import Branch, Branches, DefaultBranch
from signalbox.domain.experiments import Experiment, Goal, Variant
from signalbox.domain.flows import FilterMode, SegmentFilter
from signalbox.domain.frequency import ReEntry
from signalbox.domain.quiet_hours import QuietHours, QuietMode
from signalbox.domain.waits import BY_IDENTITY, ExitCondition, Wait
from signalbox.wire.admin.base import Seconds, Wire, seconds_of, span_of

type Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["22:00"])]


class SegmentFilterShape(Wire):
    """Segment membership filters; exclusion is the default."""

    mode: FilterMode = FilterMode.EXCLUDE
    segment_ids: list[str] = Field(default_factory=list)


class BranchShape(Wire):
    """One way on; `contentId` null stands for the flow's own content."""

    name: str
    condition: str
    content_id: str | None = None


class DefaultBranchShape(Wire):
    """The way on of everybody for whom no condition holds."""

    name: str = "default"
    content_id: str | None = None


class BranchesShape(Wire):
    """Conditions in their order, and what takes the rest; null for nothing."""

    ordered: list[BranchShape] = Field(default_factory=list)
    default: DefaultBranchShape | None = None


class VariantShape(Wire):
    """One arm that gets a message; `contentId` null leaves the content to the branch."""

    variant_id: str
    weight: int
    content_id: str | None = None


class GoalShape(Wire):
    """What an experiment is to bring about: an event of this type in that time from the exposure."""

    event_type: str
    attribution_seconds: Seconds


class ExperimentShape(Wire):
    """A split of a flow's contacts; the first variant is the control."""

    experiment_id: str
    variants: list[VariantShape]
    holdout_percent: int = 0
    goal: GoalShape | None = None


class ReEntryShape(Wire):
    """How often one contact may go through: `entries` in any span of the period, or ever; null for every event."""

    entries: int | None = None
    period_seconds: Seconds | None = None


class QuietHoursShape(Wire):
    """Local hours of silence; `weekdays` are those they begin on, Monday 0."""

    start: Clock
    end: Clock
    weekdays: list[Annotated[int, Field(ge=0, le=6)]] = Field(default_factory=lambda: list(range(7)))
    mode: QuietMode = QuietMode.HOLD


class ExitConditionShape(Wire):
    """SQL that finds events by which people leave, and the column that it and the trigger return."""

    sql: str
    key: str = BY_IDENTITY


class WaitShape(Wire):
    """A delay before sending."""

    delay_seconds: Seconds
    exit_condition: ExitConditionShape | None = None


def branches_of(shape: BranchesShape) -> Branches:
    """Read branches."""
    ordered = tuple(Branch(each.name, each.condition, each.content_id) for each in shape.ordered)
    rest = shape.default
    return Branches(ordered, None if rest is None else DefaultBranch(rest.name, rest.content_id))


def shape_of_branches(branches: Branches) -> BranchesShape:
    """Show branches."""
    rest = branches.default
    return BranchesShape(
        ordered=[BranchShape.model_validate(each) for each in branches.ordered],
        default=None if rest is None else DefaultBranchShape(name=rest.name, content_id=rest.content_id),
    )


def experiment_of(shape: ExperimentShape) -> Experiment:
    """Read an experiment."""
    variants = tuple(Variant(each.variant_id, each.weight, each.content_id) for each in shape.variants)
    goal = None if shape.goal is None else Goal(shape.goal.event_type, span_of(shape.goal.attribution_seconds))
    return Experiment(shape.experiment_id, variants, shape.holdout_percent, goal)


def shape_of_experiment(experiment: Experiment) -> ExperimentShape:
    """Show an experiment."""
    goal = experiment.goal
    return ExperimentShape(
        experiment_id=experiment.experiment_id,
        variants=[VariantShape.model_validate(each) for each in experiment.variants],
        holdout_percent=experiment.holdout_percent,
        goal=None if goal is None else shape_of_goal(goal),
    )


def shape_of_goal(goal: Goal) -> GoalShape:
    """Show an experiment's goal."""
    return GoalShape(event_type=goal.event_type, attribution_seconds=seconds_of(goal.attribution))


def segment_filter_of(shape: SegmentFilterShape) -> SegmentFilter:
    """Read segment membership filters."""
    return SegmentFilter(tuple(shape.segment_ids), shape.mode)


def re_entry_of(shape: ReEntryShape) -> ReEntry:
    """Read a re-entry rule."""
    return ReEntry(shape.entries, None if shape.period_seconds is None else span_of(shape.period_seconds))


def shape_of_re_entry(rule: ReEntry) -> ReEntryShape:
    """Show a re-entry rule."""
    return ReEntryShape(entries=rule.entries, period_seconds=None if rule.period is None else seconds_of(rule.period))


def quiet_hours_of(shape: QuietHoursShape) -> QuietHours:
    """Read quiet hours."""
    start, end = time.fromisoformat(shape.start), time.fromisoformat(shape.end)
    return QuietHours(start, end, shape.mode, frozenset(shape.weekdays))


def shape_of_quiet_hours(hours: QuietHours) -> QuietHoursShape:
    """Show quiet hours."""
    return QuietHoursShape(
        start=hours.start.isoformat("minutes"),
        end=hours.end.isoformat("minutes"),
        weekdays=sorted(hours.weekdays),
        mode=hours.mode,
    )


def wait_of(shape: WaitShape) -> Wait:
    """Read a wait."""
    left = shape.exit_condition
    return Wait(span_of(shape.delay_seconds), None if left is None else ExitCondition(left.sql, left.key))


def shape_of_wait(wait: Wait) -> WaitShape:
    """Show a wait."""
    left = wait.exit_condition
    return WaitShape(
        delay_seconds=seconds_of(wait.delay),
        exit_condition=None if left is None else ExitConditionShape(sql=left.sql, key=left.key),
    )
