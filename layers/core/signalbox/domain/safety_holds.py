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
    """What becomes of a run: its matches go on, go on by a person's word, wait with the cursor, or end as skipped."""

    HAND_OVER = "hand_over"
    APPROVED = "approved"
    STOP = "stop"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class FlowRun:
    """What a run has found for one flow in one window; `contacts` counts the steps of the same run before it too."""

    partner_id: str
    flow_id: str
    trigger_version: int
    window: Window
    contacts: int


@dataclass(frozen=True, slots=True)
class SafetyHold:
    """A run that was stopped, and what a person said to it.

    `covers_until` is the end of the stopped window until there is an answer, and the instant of the answer then.
    `answered_by` is whatever that person is called. `version` counts what was written of the flow's holds.
    """

    run: FlowRun
    version: int
    held_at: datetime
    covers_until: datetime
    state: HoldState = HoldState.WAITING
    answered_by: str | None = None

    @classmethod
    def of(cls, run: FlowRun, now: datetime, before: "SafetyHold | None") -> "SafetyHold":
        """Stop a run, in the place of the hold `before`."""
        return cls(run, before.version + 1 if before else 1, now, run.window.end)

    def answered(self, state: HoldState, answered_by: str, now: datetime) -> "SafetyHold":
        """Take a person's answer; raises Invalid when there was one already, or it is none."""
        if self.state is not HoldState.WAITING:
            raise Invalid([Reason("/state", f"expected a hold that waits; this one is {self.state.value}")])
        if state is HoldState.WAITING:
            raise Invalid([Reason("/state", "expected approved or discarded")])
        return replace(self, version=self.version + 1, state=state, answered_by=answered_by, covers_until=now)

    def stops(self, position: datetime, trigger_version: int) -> bool:
        """Tell whether this hold waits, and a flow that has got to `position` with it.

        A cursor that was moved beyond the stopped window, by a pause that dropped it, is held no more.
        """
        is_its_own = trigger_version == self.run.trigger_version and position < self.covers_until
        return self.state is HoldState.WAITING and is_its_own

    def part_of(self, window: Window, trigger_version: int) -> Window:
        """Give what of a window an answer covers, all of it where none does: no run is half under an answer."""
        is_its_own = trigger_version == self.run.trigger_version and self.state is not HoldState.WAITING
        return Window(window.start, self.covers_until) if is_its_own and self._ends_in(window) else window

    def passage(self, run: FlowRun) -> Passage | None:
        """Say what this hold makes of a run, None where it says nothing of it."""
        if run.trigger_version != self.run.trigger_version:
            return None
        if self.state is HoldState.WAITING:
            return Passage.STOP if run.window.start < self.covers_until else None
        if run.window.end > self.covers_until:
            return None
        return Passage.APPROVED if self.state is HoldState.APPROVED else Passage.SKIP

    def _ends_in(self, window: Window) -> bool:
        return window.start < self.covers_until < window.end


def contacts_in(identities: Iterable[str | None]) -> int:
    """Count the people a run would message; somebody matched twice is one, rows that name nobody are none."""
    return len({each for each in identities if each is not None})


def passage(run: FlowRun, limit: int | None, hold: SafetyHold | None) -> Passage:
    """Say what becomes of a run; a limit of None lets everything pass.

    A waiting hold of the same version stops smaller and larger runs too: the people are the same, or more.
    """
    by_hold = hold.passage(run) if hold is not None else None
    if by_hold is not None:
        return by_hold
    return Passage.STOP if limit is not None and run.contacts > limit else Passage.HAND_OVER


def reasons_against(limit: int | None) -> Iterable[Reason]:
    """Say what is wrong with a limit."""
    return [] if limit is None or limit >= 1 else [Reason("", "expected a number of contacts, at least 1")]
