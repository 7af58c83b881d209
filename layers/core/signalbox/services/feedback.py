"""Taking in what the provider tells of messages: it suppresses, it is kept with the decision, it settles doubt.

Whatever is told twice, late or out of order ends in the same: suppressing is done once, a repeat is known by its
instant, and a decision is replaced only as it was read.
"""

from dataclasses import replace
from enum import StrEnum

from signalbox.domain.decisions import Decision, Outcome, SkipReason, Step
from signalbox.domain.errors import Conflict, Transient
from signalbox.domain.feedback import ProviderEvent, ProviderNews
from signalbox.domain.suppressions import PROVIDER, Scope, SuppressionReason
from signalbox.ports import Clock, Deliveries
from signalbox.services.suppressing import Suppressing

CHECK = "provider"
"""What a decision's trace calls a line that the provider brought."""

_SUPPRESSES = {
    ProviderNews.BOUNCED: SuppressionReason.BOUNCED,
    ProviderNews.COMPLAINED: SuppressionReason.COMPLAINED,
}
_NEVER_LEFT = {Outcome.SKIPPED, Outcome.HELD_OUT, Outcome.DEFERRED}


class Taken(StrEnum):
    """What became of one thing that was told."""

    RECORDED = "recorded"
    REPEATED = "repeated"
    UNNAMED = "unnamed"
    """It names no decision of ours that sent a message."""


class ProviderFeedback:
    """The use case of one event of the provider."""

    def __init__(self, *, clock: Clock, deliveries: Deliveries, suppressing: Suppressing) -> None:
        self._clock = clock
        self._deliveries = deliveries
        self._suppressing = suppressing

    def take(self, event: ProviderEvent) -> Taken:
        """Suppress if need be, then record; raises Transient when it must come again."""
        decision = self._decision(event)
        if decision is None:
            return Taken.UNNAMED
        self._suppress(decision, event)
        following = _after(decision, event)
        if following == decision:
            return Taken.REPEATED
        try:
            self._deliveries.settle(decision, following)
        except Conflict as conflict:
            raise Transient("the decision was changed meanwhile") from conflict
        return Taken.RECORDED

    def _decision(self, event: ProviderEvent) -> Decision | None:
        """Find what the event is about; raises Transient while a worker has yet to write down that it sent."""
        name = event.decision
        decision = self._deliveries.find(name.partner_id, name.flow_id, name.event_id) if name else None
        if decision is None or decision.outcome in _NEVER_LEFT:
            return None
        if decision.outcome is Outcome.IN_FLIGHT and not decision.is_abandoned(self._clock.now()):
            raise Transient("a worker is at this decision")
        return decision

    def _suppress(self, decision: Decision, event: ProviderEvent) -> None:
        reason = _SUPPRESSES.get(event.news)
        if reason is not None and decision.identity:
            self._suppressing.suppress(
                decision.partner_id, decision.identity, reason, by=PROVIDER, scope=Scope.EMAIL, detail=event.detail
            )


def _after(decision: Decision, event: ProviderEvent) -> Decision:
    """Give the decision with what was told: whatever is told of a message but its rejection proves that it left."""
    if event.news is ProviderNews.REJECTED:
        return _rejected(decision, event)
    known = decision
    if decision.outcome in {Outcome.UNKNOWN, Outcome.IN_FLIGHT}:
        step = Step(CHECK, event.news.value)
        known = replace(
            decision,
            outcome=Outcome.SENT,
            detail=None,
            provider_message_id=event.message_id,
            trace=(*decision.trace, step),
        )
    if event.news is ProviderNews.SENT:
        return known
    return replace(known, feedback=decision.feedback.with_one(event.news, event.at))


def _rejected(decision: Decision, event: ProviderEvent) -> Decision:
    if decision.outcome is Outcome.FAILED:
        return decision
    return replace(
        decision,
        outcome=Outcome.FAILED,
        reason=SkipReason.CHANNEL_REJECTED,
        detail=event.detail,
        provider_message_id=event.message_id,
        trace=(*decision.trace, Step(CHECK, event.news.value)),
    )
