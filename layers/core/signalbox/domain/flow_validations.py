"""What validating a flow tells: what stands in the way of its launch, and what it would do with recent matches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from signalbox.domain.errors import Reason
from signalbox.domain.queries import Window
from signalbox.domain.rehearsals import Rehearsal


@dataclass(frozen=True, slots=True)
class TriedTrigger:
    """What the flow's trigger answered over which span; version 0 is its draft.

    is_cut       there were too many events for the span's older part
    columns      of its rows; empty where it returned none
    largest_run  the most people that one run would have found, which a safety limit is held against
    """

    trigger_version: int
    window: Window
    reads_from: datetime
    is_cut: bool
    events: int
    rows: int
    columns: Sequence[str]
    largest_run: int


@dataclass(frozen=True, slots=True)
class FlowValidation:
    """The answer: `faults` stand in the way of a launch, `warnings` do not, each by its path in the flow.

    `tried` and `rehearsal` are None where there are faults: nothing can be told of a flow that cannot run.
    """

    faults: Sequence[Reason]
    warnings: Sequence[Reason] = ()
    tried: TriedTrigger | None = None
    rehearsal: Rehearsal | None = None
