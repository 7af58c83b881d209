"""What an experiment has shown, on the wire."""

from signalbox.domain.experiment_reports import ArmResult, ExperimentReport
from signalbox.domain.experiment_results import Lift
from signalbox.wire.admin.base import Instant, Wire
from signalbox.wire.admin.flow_rules import GoalShape, shape_of_goal


class IntervalShape(Wire):
    """A 95 % confidence interval, both ends included."""

    low: float
    high: float


class LiftShape(IntervalShape):
    """How an arm did beside the first, in rates, with its 95 % interval; `relative` is by the first one's rate."""

    difference: float
    relative: float | None


class ArmShape(Wire):
    """One arm; `converted`, `rate` and its interval are null where there is no goal or its events are not known."""

    arm: str
    exposed: int
    converted: int | None
    rate: float | None
    interval: IntervalShape | None
    lift: LiftShape | None


class ExperimentResults(Wire):
    """What the people showed who were first exposed after `since`, by the flow's versions from `firstVersion`.

    Where `isCut`, `shortfalls` say what was not read. Where `isMismatch`, the split is too uneven for chance and
    nothing else here is to be believed.
    """

    experiment_id: str
    first_version: int
    since: Instant
    until: Instant
    goal: GoalShape | None
    arms: list[ArmShape]
    split_probability: float | None
    is_mismatch: bool
    is_cut: bool
    shortfalls: list[str]


def shape_of(report: ExperimentReport) -> ExperimentResults:
    """Show what an experiment has shown."""
    goal = report.experiment.goal
    return ExperimentResults(
        experiment_id=report.experiment.experiment_id,
        first_version=report.first_version,
        since=report.window.start,
        until=report.window.end,
        goal=None if goal is None else shape_of_goal(goal),
        arms=[_arm(each) for each in report.arms],
        split_probability=report.split_probability,
        is_mismatch=report.is_mismatch,
        is_cut=bool(report.shortfalls),
        shortfalls=list(report.shortfalls),
    )


def _arm(result: ArmResult) -> ArmShape:
    return ArmShape(
        arm=result.arm,
        exposed=result.exposed,
        converted=result.converted,
        rate=result.rate,
        interval=None if result.interval is None else IntervalShape.model_validate(result.interval),
        lift=None if result.lift is None else _lift(result.lift),
    )


def _lift(lift: Lift) -> LiftShape:
    return LiftShape(difference=lift.difference, low=lift.interval.low, high=lift.interval.high, relative=lift.relative)
