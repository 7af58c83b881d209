"""The decision about one (flow, event): its outcome, its reason, and how it moves.

    (none) ──claim──> in_flight ──> sent | failed
       │                │   ▲ └──> unknown       a crash or a lost answer hid whether it left; never repeated
       │                ▼   │ next attempt      unknown ──> sent | failed, once the provider tells
       │              deferred                   it surely did not leave
       └──> skipped | held_out                   one write, nothing left

    skipped | failed ──> deferred                once a person mended what kept it back (redeciding.py)

`in_flight` is written before anything leaves, by condition, so two workers cannot both send (invariant 4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from signalbox.domain.feedback import NO_FEEDBACK, Feedback
from signalbox.domain.queries import Cell

CLAIM_LEASE = timedelta(seconds=90)
"""How long an in-flight claim is believed to be at work; longer than the send function may run (60 s)."""

ERASED = "its person was erased"


class Outcome(StrEnum):
    """How a decision stands; all but `in_flight` are ends (a deferred one may be taken up again)."""

    IN_FLIGHT = "in_flight"
    SENT = "sent"
    HELD_OUT = "held_out"
    SKIPPED = "skipped"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNKNOWN = "unknown"


class SkipReason(StrEnum):
    """Why nothing was sent: the closed list of spec triggers-and-flows, section 5, and `exited` (decision 25)."""

    TOO_OLD = "too_old"
    NO_IDENTITY = "no_identity"
    SUPPRESSED = "suppressed"
    SEGMENT_FILTER = "segment_filter"
    RE_ENTRY = "re_entry"
    FREQUENCY_CAP = "frequency_cap"
    QUIET_HOURS = "quiet_hours"
    BRANCH_NONE = "branch_none"
    CONTENT_MISSING_VALUE = "content_missing_value"
    CONTENT_ERROR = "content_error"
    SKIP_ACTION = "skip_action"
    NO_ADDRESS = "no_address"
    CHANNEL_REJECTED = "channel_rejected"
    FLOW_NOT_LIVE = "flow_not_live"
    SAFETY_HOLD = "safety_hold"
    EXITED = "exited"


@dataclass(frozen=True, slots=True)
class ExitVerdict:
    """What a run found when it judged an exit condition, over what was stored and received up to `judged_at`.

    Of what was received up to `settled` nothing can have been missing. `left_by` names the event by which the person
    left the wait, None for who stays.
    """

    judged_at: datetime
    settled: datetime
    left_by: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """One row a trigger returned for one flow, with the versions that were in force (invariant 7).

    `received_at` finds the event in its store; None when the row names an event that the run did not load.
    `matched_at` is when the run found it; None in a queue message of before it was told.
    `exit` is given where the run that took it up judged its wait's exit condition, and is not kept with a deferral.
    `is_discarded` is what a person made of it with the run that the safety hold stopped.
    """

    partner_id: str
    flow_id: str
    trigger_id: str
    trigger_version: int
    event_id: str
    identity: str | None
    received_at: datetime | None
    max_event_age: timedelta
    row: dict[str, Cell]
    matched_at: datetime | None = None
    exit: ExitVerdict | None = None
    is_discarded: bool = False


@dataclass(frozen=True, slots=True)
class Deferral:
    """A match that is decided about again when it is due; the run that comes then hands it over anew."""

    match: Match
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a decision's trace: what was asked and what it said."""

    check: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say before anything leaves: send (`reason` None) or skip, with the trace of every check made.

    `until` is given where the match is to wait, and be judged again then.
    """

    reason: SkipReason | None
    detail: str | None
    trace: Sequence[Step]
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The stored decision for one (flow, event).

    `attempts` counts how often it was taken up, `tries` how often it was handed to its channel in vain or not; what
    a provider had no room for is no try, nor what it refused before a person asked for it again.
    `arm` is the contact's in the flow's experiment; `due_at` is when a deferred one is looked at again. `channel` is
    the one that its message goes over or would have, None where it did not come to that question. `match` is kept,
    without its verdict, where a person may have it decided about again (domain/redeciding.py).
    """

    partner_id: str
    flow_id: str
    flow_version: int
    trigger_id: str
    trigger_version: int
    event_id: str
    identity: str | None
    outcome: Outcome
    decided_at: datetime
    received_at: datetime | None
    reason: SkipReason | None = None
    detail: str | None = None
    provider_message_id: str | None = None
    attempts: int = 1
    trace: Sequence[Step] = field(default_factory=tuple)
    feedback: Feedback = NO_FEEDBACK
    tries: int = 0
    arm: str | None = None
    due_at: datetime | None = None
    channel: str | None = None
    match: Match | None = None

    def is_abandoned(self, now: datetime) -> bool:
        """Tell whether the worker that claimed this one can no longer be at work."""
        return self.outcome is Outcome.IN_FLIGHT and now >= self.decided_at + CLAIM_LEASE

    def without_person(self) -> "Decision":
        """Give what is kept of it once its person is erased: that it was made, and how it ended.

        What waits is never sent. Of one that was in flight nobody will know, as when its worker died.
        """
        outcome, reason = _ENDED_WITHOUT.get(self.outcome, (self.outcome, self.reason))
        return replace(
            self,
            identity=None,
            outcome=outcome,
            reason=reason,
            detail=ERASED,
            provider_message_id=None,
            due_at=None,
            trace=(),
        )


_ENDED_WITHOUT: Mapping[Outcome, tuple[Outcome, SkipReason | None]] = {
    Outcome.DEFERRED: (Outcome.SKIPPED, SkipReason.NO_IDENTITY),
    Outcome.IN_FLIGHT: (Outcome.UNKNOWN, None),
}
"""How a decision that has not ended ends when its person is erased."""
