"""Make the one decision about a (flow, event) ours, and write down how it ends."""

from dataclasses import replace
from datetime import datetime

from signalbox.domain.decisions import Decision, Outcome, SkipReason, Step
from signalbox.domain.errors import Conflict, Transient
from signalbox.ports import Clock, Deliveries


class Claiming:
    """Conditional writes of decisions; whoever loses one lets the queue bring the match again to see the end."""

    def __init__(self, *, clock: Clock, deliveries: Deliveries) -> None:
        self._clock = clock
        self._deliveries = deliveries

    def claim(self, decision: Decision) -> tuple[Decision, bool]:
        """Make the decision ours, or give the one that stands and False; raises Transient while another is at it."""
        standing = self._deliveries.claim(decision)
        if standing is None:
            return decision, True
        match standing.outcome:
            case Outcome.DEFERRED:
                following = replace(decision, attempts=standing.attempts + 1, tries=standing.tries + decision.tries)
                self._settle(standing, following)
                return following, True
            case Outcome.IN_FLIGHT:
                return self._abandoned(standing), False
            case _:
                return standing, False

    def end(
        self,
        standing: Decision,
        outcome: Outcome,
        detail: str | None = None,
        *,
        reason: SkipReason | None = None,
        provider_message_id: str | None = None,
        due_at: datetime | None = None,
        tries: int | None = None,
    ) -> Decision:
        """Replace a claim by what came of it, with the channel's word in the trace."""
        ended = replace(
            standing,
            outcome=outcome,
            decided_at=self._clock.now(),
            reason=reason,
            detail=detail,
            provider_message_id=provider_message_id,
            due_at=due_at,
            tries=standing.tries if tries is None else tries,
            trace=(*standing.trace, Step("channel", detail or outcome.value)),
        )
        self._settle(standing, ended)
        return ended

    def _abandoned(self, standing: Decision) -> Decision:
        """End a claim whose worker died: whether its message left cannot be known, so it is not repeated."""
        if not standing.is_abandoned(self._clock.now()):
            raise Transient("another worker is at this decision")
        return self.end(standing, Outcome.UNKNOWN, "the worker stopped before the channel's answer was kept")

    def _settle(self, standing: Decision, following: Decision) -> None:
        try:
            self._deliveries.settle(standing, following)
        except Conflict as conflict:
            raise Transient("another worker changed this decision") from conflict
