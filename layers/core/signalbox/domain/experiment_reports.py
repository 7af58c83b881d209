"""The results of a running experiment: who was exposed first to what, who met the goal in time, and what that shows.

Exposed is whoever's decision got as far as the experiment, whatever came after it (docs/decisions/0019); held out is
exposed to the holdout.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from signalbox.domain.decision_summaries import DecisionSummary
from signalbox.domain.experiment_results import MISMATCH_BELOW, ArmCount, Interval, Lift, lift, split_probability
from signalbox.domain.experiments import HOLDOUT, Experiment, Goal
from signalbox.domain.flows import Flow
from signalbox.domain.queries import Window

OVERLAP = timedelta(minutes=10)
"""For how long after an edit a decision may still be made by the version before it: longer than one may take."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """When somebody first got into an arm, and into which."""

    arm: str
    exposed_at: datetime


@dataclass(frozen=True, slots=True)
class ArmResult:
    """One arm; `converted`, `rate` and its interval are None where there is no goal or its events are not known.

    `lift` is over the first variant, None for that one too.
    """

    arm: str
    exposed: int
    converted: int | None = None
    rate: float | None = None
    interval: Interval | None = None
    lift: Lift | None = None


@dataclass(frozen=True, slots=True)
class ExperimentReport:
    """What the people showed who were first exposed in `window`, by the versions of the flow from the first.

    `shortfalls` say in words what was not read: people exposed before the window, or the goal's events at all.
    `split_probability` is None with too few people; below `MISMATCH_BELOW` nothing else here is to be believed.
    """

    experiment: Experiment
    first_version: int
    window: Window
    shortfalls: Sequence[str]
    arms: Sequence[ArmResult]
    split_probability: float | None

    @property
    def is_mismatch(self) -> bool:
        """Tell whether the split is too uneven for chance."""
        return self.split_probability is not None and self.split_probability < MISMATCH_BELOW


def first_version_of(flow: Flow, versions: Iterable[Flow]) -> int:
    """Find the version from which on the experiment splits as it does now; `versions` come the latest first.

    Another weight or holdout moves people, so that the split follows from none (docs/decisions/0019).
    """
    first = flow.version
    for each in versions:
        if each.experiment is None or flow.experiment is None:
            break
        if each.experiment.experiment_id != flow.experiment.experiment_id:
            break
        if each.experiment.shares() != flow.experiment.shares():
            break
        first = each.version
    return first


def of_versions(first_version: int, summaries: Iterable[DecisionSummary]) -> Iterator[DecisionSummary]:
    """Give what the versions from the first decided, of decisions that come the latest first; reads little beyond.

    Version 0 is of a flow that was gone.
    """
    older_at: datetime | None = None
    for each in summaries:
        if older_at is not None and each.decided_at < older_at - OVERLAP:
            return
        if each.flow_version >= first_version:
            yield each
        elif older_at is None and each.flow_version > 0:
            older_at = each.decided_at


def first_exposures(summaries: Iterable[DecisionSummary]) -> dict[str, Exposure]:
    """Give everybody's first exposure by identity, of decisions that come the latest first."""
    return {
        each.identity: Exposure(each.arm, each.decided_at)
        for each in summaries
        if each.arm is not None and each.identity is not None
    }


def converted(goal: Goal, exposures: Mapping[str, Exposure], met: Iterable[tuple[str, datetime]]) -> set[str]:
    """Name those who met the goal in time, of all who met it and when."""
    return {
        identity
        for identity, at in met
        if identity in exposures and goal.is_met(exposures[identity].exposed_at, goal.event_type, at)
    }


def arm_results(
    experiment: Experiment, exposures: Mapping[str, Exposure], conversions: set[str] | None
) -> tuple[Sequence[ArmResult], float | None]:
    """Count the arms, the variants in their order and then the holdout, and judge the split."""
    shares = experiment.shares()
    exposed = dict.fromkeys(shares, 0)
    met = dict.fromkeys(shares, 0)
    for identity, exposure in exposures.items():
        exposed[exposure.arm] = exposed.get(exposure.arm, 0) + 1
        met[exposure.arm] = met.get(exposure.arm, 0) + (conversions is not None and identity in conversions)
    shown = [arm for arm in exposed if arm != HOLDOUT or shares[HOLDOUT] or exposed[HOLDOUT]]
    split = split_probability(exposed, shares)
    if conversions is None:
        return [ArmResult(arm, exposed[arm]) for arm in shown], split
    counts = {arm: ArmCount(exposed[arm], met[arm]) for arm in shown}
    control = experiment.variants[0].variant_id
    return [_result(arm, counts[arm], None if arm == control else counts[control]) for arm in shown], split


def _result(arm: str, count: ArmCount, control: ArmCount | None) -> ArmResult:
    return ArmResult(
        arm=arm,
        exposed=count.exposed,
        converted=count.converted,
        rate=count.rate,
        interval=count.rate_interval(),
        lift=None if control is None else lift(count, control),
    )
