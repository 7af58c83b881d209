"""The safety hold: a run that would message more contacts than its flow's limit stops and waits for a person.

    contacts <= limit                    ─────────> the run's matches are handed over
    contacts > limit  ──hold──> waiting ──approve─> approved: runs up to `covers_until` pass, then the limit is back
                                   └─────discard──> discarded: matches up to there end as skipped(safety_hold)

While a hold waits, the flow's cursor stays where it is and nothing of the run is stored: events never change, so the
same windows find the same matches afterwards, and what comes meanwhile waits behind them. An answer covers what was
received up to the moment it was given, so a backlog needs one answer and not one for each window of catching up.
It is for one version of the trigger: another version would find other people, so the limit asks again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.queries import Window


class HoldState(StrEnum):
    """How a hold stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    DISCARDED = "discarded"


class Passage(StrEnum):
    """What becomes of a run: its matches go on, wait with the cursor, or end as skipped(safety_hold)."""

    HAND_OVER = "hand_over"
    STOP = "stop"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class SafetyHold:
    """A run that was stopped, and what a person said to it.

    `covers_until` is the end of the stopped window until there is an answer, and the instant of the answer then.
    `answered_by` is whatever that person is called.
    """

    flow_id: str
    trigger_version: int
    window: Window
    contacts: int
    held_at: datetime
    covers_until: datetime
    state: HoldState = HoldState.WAITING
    answered_by: str | None = None

    @classmethod
    def of(cls, flow_id: str, trigger_version: int, window: Window, contacts: int, now: datetime) -> "SafetyHold":
        """Stop a run."""
        return cls(flow_id, trigger_version, window, contacts, now, window.end)

    def answered(self, state: HoldState, answered_by: str, now: datetime) -> "SafetyHold":
        """Take a person's answer; raises Invalid when there was one already, or it is none."""
        if self.state is not HoldState.WAITING:
            raise Invalid([Reason("/state", f"expected a hold that waits; this one is {self.state.value}")])
        if state is HoldState.WAITING:
            raise Invalid([Reason("/state", "expected approved or discarded")])
        return replace(self, state=state, answered_by=answered_by, covers_until=now)

    def covers(self, window: Window, trigger_version: int) -> bool:
        """Tell whether this hold, and an answer to it, is about this run."""
        return trigger_version == self.trigger_version and window.end <= self.covers_until


def contacts_in(identities: Iterable[str | None]) -> int:
    """Count the people a run would message; somebody matched twice is one, rows that name nobody are none."""
    return len({each for each in identities if each is not None})


def passage(contacts: int, limit: int | None, window: Window, trigger_version: int, hold: SafetyHold | None) -> Passage:
    """Say what becomes of a run of so many contacts; a limit of None lets everything pass.

    A waiting hold of the same version stops a smaller run too: its windows were made smaller, the people are the same.
    """
    if hold is not None and hold.covers(window, trigger_version):
        match hold.state:
            case HoldState.WAITING:
                return Passage.STOP
            case HoldState.APPROVED:
                return Passage.HAND_OVER
            case HoldState.DISCARDED:
                return Passage.SKIP
    return Passage.STOP if limit is not None and contacts > limit else Passage.HAND_OVER
