"""A decision in short: what reports and results count, and what a list is paged by."""

from dataclasses import dataclass
from datetime import datetime

from signalbox.domain.decisions import Outcome, SkipReason
from signalbox.domain.feedback import ProviderNews


@dataclass(frozen=True, slots=True)
class Place:
    """Where a decision stands in the list of its flow; `event_id` is as `decision_names.bounded` gives it."""

    decided_at: datetime
    event_id: str


@dataclass(frozen=True, slots=True)
class DecisionSummary:
    """What of a decision the index by flow holds; `told` is what the feedback holds, each kind once.

    `event_id` is as `decision_names.bounded` gives it.
    """

    event_id: str
    identity: str | None
    flow_version: int
    outcome: Outcome
    decided_at: datetime
    received_at: datetime | None = None
    reason: SkipReason | None = None
    arm: str | None = None
    told: frozenset[ProviderNews] = frozenset()

    @property
    def place(self) -> Place:
        """Tell where it stands."""
        return Place(self.decided_at, self.event_id)
