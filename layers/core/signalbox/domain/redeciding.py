"""Deciding about a match again, once a person has mended what kept its message from leaving.

    skipped (content) | failed (refused by the channel) ──a person──> deferred ──due──> in_flight, skipped, …

Only what surely sent nothing is taken up again. It is due only when every worker that saw its old end is gone, who
might give back the place that the new message takes; until then it is nobody's.
"""

from dataclasses import replace
from datetime import datetime

from signalbox.domain.decisions import CLAIM_LEASE, Decision, Outcome, SkipReason, Step

CHECK = "resend"
"""What a decision's trace calls the line that tells of it."""
MENDABLE = frozenset({SkipReason.CONTENT_MISSING_VALUE, SkipReason.CONTENT_ERROR, SkipReason.CHANNEL_REJECTED})
"""The reasons that a person can do something about; the match is kept with such a decision."""
WAIT = CLAIM_LEASE


def objection(decision: Decision) -> str | None:
    """Say why a decision cannot be made again, None when it can."""
    if decision.outcome is Outcome.DEFERRED:
        return "it is decided about again by itself"
    if decision.reason not in MENDABLE or decision.outcome not in {Outcome.SKIPPED, Outcome.FAILED}:
        return "only what was skipped for its content, or refused by its channel, is decided about again"
    if decision.provider_message_id is not None or decision.feedback.revision:
        return "its provider took it, so it may have arrived"
    if decision.outcome is Outcome.SKIPPED and decision.tries:
        return "it was tried before it was skipped, so it may have arrived"
    return None if decision.match else "what the trigger returned was not kept with it"


def reopened(decision: Decision, now: datetime) -> Decision:
    """Give what stands until it is taken up: the same, waiting. What the channel refused surely never arrived."""
    return replace(
        decision,
        tries=decision.tries - (decision.outcome is Outcome.FAILED),
        outcome=Outcome.DEFERRED,
        decided_at=now,
        due_at=now + WAIT,
        reason=None,
        detail="a person asked for it again",
        trace=(*decision.trace, Step(CHECK, f"asked for again; it was {decision.outcome.value}: {decision.reason}")),
    )


def is_closed_until_due(decision: Decision, now: datetime) -> bool:
    """Tell whether it was reopened and must not be taken up yet."""
    return decision.match is not None and decision.due_at is not None and now < decision.due_at
