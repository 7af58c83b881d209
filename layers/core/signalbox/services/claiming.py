"""Make the one decision about a (flow, event) ours, and write down how it ends."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from signalbox.domain.decisions import Decision, Match, Outcome, SkipReason, Step
from signalbox.domain.errors import Conflict, Transient
from signalbox.domain.messages import WEBHOOK
from signalbox.domain.redeciding import is_closed_until_due
from signalbox.domain.webhooks import DELAYS
from signalbox.ports import Clock, Deliveries

CHECK = "channel"
"""What a decision's trace calls a line that tells the channel's word."""


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
            case Outcome.DEFERRED if is_closed_until_due(standing, self._clock.now()):
                raise Transient("it is to be decided about again, and not yet")
            case Outcome.DEFERRED if _would_be_a_second_message(standing, decision):
                doubt = "a webhook that was tried before may have arrived, so nothing goes over another channel"
                return self.end(standing, Outcome.UNKNOWN, doubt), False
            case Outcome.DEFERRED:
                return self._taken_up(standing, decision), True
            case Outcome.IN_FLIGHT:
                return self._abandoned(standing, decision)
            case _:
                return standing, False

    def end(
        self,
        standing: Decision,
        outcome: Outcome,
        detail: str | None = None,
        *,
        told: str = "",
        reason: SkipReason | None = None,
        provider_message_id: str | None = None,
        due_at: datetime | None = None,
        tries: int | None = None,
        match: Match | None = None,
    ) -> Decision:
        """Replace a claim by what came of it, with the channel's word in the trace, and what it `told` beside it."""
        word = detail or outcome.value
        ended = replace(
            standing,
            outcome=outcome,
            decided_at=self._clock.now(),
            reason=reason,
            detail=detail,
            provider_message_id=provider_message_id,
            due_at=due_at,
            tries=standing.tries if tries is None else tries,
            match=match,
            trace=(*standing.trace, Step(CHECK, f"{word}: {told}" if told else word)),
        )
        self._settle(standing, ended)
        return ended

    def _abandoned(self, standing: Decision, decision: Decision) -> tuple[Decision, bool]:
        """Take over the claim of a worker that died where that is a webhook's, which may be sent again.

        Of any other, whether the message left cannot be known, so it is not repeated.
        """
        if not standing.is_abandoned(self._clock.now()):
            raise Transient("another worker is at this decision")
        goes_on = decision.outcome in {Outcome.IN_FLIGHT, Outcome.DEFERRED}
        if goes_on and standing.channel == WEBHOOK == decision.channel:
            return self._taken_up(standing, decision), True
        return self.end(standing, Outcome.UNKNOWN, "the worker stopped before the channel's answer was kept"), False

    def _taken_up(self, standing: Decision, decision: Decision) -> Decision:
        """Count one more attempt, and keep what the channel said to those before."""
        following = replace(
            _with_tries(standing, decision),
            attempts=standing.attempts + 1,
            trace=(*_last_words(standing), *decision.trace),
        )
        self._settle(standing, following)
        return following

    def _settle(self, standing: Decision, following: Decision) -> None:
        try:
            self._deliveries.settle(standing, following)
        except Conflict as conflict:
            raise Transient("another worker changed this decision") from conflict


def _would_be_a_second_message(standing: Decision, decision: Decision) -> bool:
    """Tell whether a webhook was tried before that may have arrived, and now something else would leave."""
    was_tried = standing.channel == WEBHOOK and standing.tries > 0
    return was_tried and decision.outcome is Outcome.IN_FLIGHT and decision.channel != WEBHOOK


def _with_tries(standing: Decision, decision: Decision) -> Decision:
    """Add the tries before; they are of one channel: another one begins anew, and what only waits is of theirs."""
    if not standing.tries or standing.channel == decision.channel:
        return replace(decision, tries=standing.tries + decision.tries)
    if decision.outcome is Outcome.IN_FLIGHT:
        return decision
    return replace(decision, channel=standing.channel, tries=standing.tries)


def _last_words(standing: Decision) -> Sequence[Step]:
    """Give what the channel said to the last attempts, as many as there are tries."""
    return [step for step in standing.trace if step.check == CHECK][-len(DELAYS) :]
