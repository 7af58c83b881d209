"""What a flow's own rules say to a match that `rules.judge` lets through, at the moment of sending.

re-entry ─> quiet hours ─> frequency caps ─> branch ─> experiment ─> (render ─> take the place ─> claim ─> channel)

Quiet hours come before the caps: what is held until morning meets the caps in the morning. The branch comes before
the experiment, so that whom no branch takes is in no arm (docs/decisions/0019). Nothing is taken or written here.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from signalbox.domain.branches import Branches, Choice, choose
from signalbox.domain.content import ContentProblem
from signalbox.domain.decisions import Outcome, SkipReason, Step
from signalbox.domain.experiments import HOLDOUT, Experiment, Variant
from signalbox.domain.flows import Flow
from signalbox.domain.frequency import Entry, Refusal, Touches
from signalbox.domain.quiet_hours import QuietHours, QuietMode
from signalbox.domain.rules import PASSED
from signalbox.domain.wording import instant_in_words


@dataclass(frozen=True, slots=True)
class MessageRules:
    """The rules that apply to one message, from its flow, its partner and its contact (whose time `zone` is)."""

    entry: Entry
    branches: Branches
    zone: ZoneInfo
    quiet_hours: QuietHours | None = None
    experiment: Experiment | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to become of the match; `in_flight` means that it may be sent.

    `reason` and `detail` are given for what is skipped, `until` for what is deferred, `arm` where there is an
    experiment (the holdout's name for the held-out). `branch` is the name of the one that was chosen. `content_id` None
    stands for the flow's own content.
    """

    outcome: Outcome
    trace: Sequence[Step]
    reason: SkipReason | None = None
    detail: str | None = None
    until: datetime | None = None
    arm: str | None = None
    content_id: str | None = None
    branch: str | None = None


def judge_rules(
    rules: MessageRules,
    touches: Touches,
    holds: Callable[[str], bool | ContentProblem],
    now: datetime,
) -> Judgement:
    """Run the checks in order and stop at the first that refuses; `holds` judges a branch's condition."""
    trace: list[Step] = []
    for check, refusal, until in _timely(rules, touches, now):
        trace.append(Step(check.value, refusal or PASSED))
        if until is not None:
            return Judgement(Outcome.DEFERRED, trace, until=until)
        if refusal is not None:
            return _skipped(trace, check, refusal)
    choice: Choice[ContentProblem] = choose(rules.branches, holds)
    trace.extend(choice.trace)
    match choice.chosen:
        case None:
            return _skipped(trace, SkipReason.BRANCH_NONE, "no branch holds and there is no default")
        case ContentProblem(reason, detail):
            return _skipped(trace, reason, detail)
        case branch:
            assigned = _assigned(rules.experiment, branch.content_id, touches.identity, trace)
            return replace(assigned, branch=branch.name)


def channel_of(flow: Flow, identity: str, holds: Callable[[str], bool | ContentProblem]) -> str:
    """Find over which channel the flow's message to a contact would go; `holds` is asked only where there are several.

    Suppressions and caps are those of a channel, and are asked before a branch is chosen: so it is chosen twice.
    Where no branch is, it is the channel of the flow's own content; for the held-out it is that of their branch.
    """
    channels = {content.channel for content in (flow.content, *flow.contents.values())}
    if len(channels) == 1:
        return channels.pop()
    choice: Choice[ContentProblem] = choose(flow.branches, holds)
    chosen = choice.chosen
    if chosen is None or isinstance(chosen, ContentProblem):
        return flow.content.channel
    content = flow.content_of(_assigned(flow.experiment, chosen.content_id, identity, []).content_id)
    return (content or flow.content).channel


def _timely(
    rules: MessageRules, touches: Touches, now: datetime
) -> Iterator[tuple[SkipReason, str | None, datetime | None]]:
    """Give each check's name, what it has against sending now, and until when it only defers."""
    refusal = touches.refusal(rules.entry, now)
    yield SkipReason.RE_ENTRY, _about(SkipReason.RE_ENTRY, refusal), None
    until = rules.quiet_hours.until(now, rules.zone) if rules.quiet_hours else None
    is_held = rules.quiet_hours is not None and rules.quiet_hours.mode is QuietMode.HOLD
    said = None if until is None else f"until {instant_in_words(until)}, by the clocks of {rules.zone.key}"
    yield SkipReason.QUIET_HOURS, said, until if is_held else None
    yield SkipReason.FREQUENCY_CAP, _about(SkipReason.FREQUENCY_CAP, refusal), None


def _about(check: SkipReason, refusal: Refusal | None) -> str | None:
    return refusal.detail if refusal is not None and refusal.reason is check else None


def _skipped(trace: Sequence[Step], reason: SkipReason, detail: str) -> Judgement:
    return Judgement(Outcome.SKIPPED, trace, reason=reason, detail=detail)


def _assigned(experiment: Experiment | None, content_id: str | None, identity: str, trace: list[Step]) -> Judgement:
    """Find the arm; a variant's content goes before the branch's."""
    if experiment is None:
        return Judgement(Outcome.IN_FLIGHT, trace, content_id=content_id)
    variant: Variant | None = experiment.assigned(identity)
    arm = variant.variant_id if variant else HOLDOUT
    trace.append(Step("experiment", arm))
    if variant is None:
        return Judgement(Outcome.HELD_OUT, trace, arm=arm, content_id=content_id)
    return Judgement(Outcome.IN_FLIGHT, trace, arm=arm, content_id=variant.content_id or content_id)
