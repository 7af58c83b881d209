"""Decisions on the wire: what became of one (flow, event), with every check that was made."""

from signalbox.domain.decisions import Decision
from signalbox.domain.feedback import Occurrences
from signalbox.wire.admin.base import Instant, Wire


class StepShape(Wire):
    """One line of a decision's trace."""

    check: str
    verdict: str


class FeedbackShape(Wire):
    """How often the provider told a thing, when first, and the latest few times."""

    count: int
    first_at: Instant
    latest: list[Instant]


class DecisionShape(Wire):
    """A decision as it stands; `variant` is the contact's arm of the experiment."""

    flow_id: str
    flow_name: str | None
    flow_version: int
    trigger_id: str
    trigger_version: int
    event_id: str
    identity: str | None
    outcome: str
    reason: str | None
    detail: str | None
    decided_at: Instant
    received_at: Instant | None
    variant: str | None
    attempts: int
    tries: int
    due_at: Instant | None
    provider_message_id: str | None
    trace: list[StepShape]
    feedback: dict[str, FeedbackShape]


def shape_of(decision: Decision, flow_name: str | None) -> DecisionShape:
    """Show a decision."""
    return DecisionShape(
        flow_id=decision.flow_id,
        flow_name=flow_name,
        flow_version=decision.flow_version,
        trigger_id=decision.trigger_id,
        trigger_version=decision.trigger_version,
        event_id=decision.event_id,
        identity=decision.identity,
        outcome=decision.outcome.value,
        reason=decision.reason.value if decision.reason else None,
        detail=decision.detail,
        decided_at=decision.decided_at,
        received_at=decision.received_at,
        variant=decision.arm,
        attempts=decision.attempts,
        tries=decision.tries,
        due_at=decision.due_at,
        provider_message_id=decision.provider_message_id,
        trace=[StepShape(check=each.check, verdict=each.verdict) for each in decision.trace],
        feedback={news.value: _occurrences(each) for news, each in decision.feedback.by_news.items()},
    )


def _occurrences(told: Occurrences) -> FeedbackShape:
    return FeedbackShape(count=told.count, first_at=told.first_at, latest=list(told.latest))
