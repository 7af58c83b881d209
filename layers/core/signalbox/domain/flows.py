"""Event triggers and the flows that act on what they find: definitions, versions and life cycle.

draft ──launch──> live ──pause──> paused          a pause holds what is found meanwhile, or drops it
                   │ ^               │
                   │ └────resume─────┤
                   └───────end───────┴──> ended ──archive──> archived       out of the lists, and as it was
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypedDict

from signalbox.domain.branches import Branches, DefaultBranch
from signalbox.domain.contents import Content
from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.experiments import Experiment
from signalbox.domain.frequency import ReEntry
from signalbox.domain.health import Health
from signalbox.domain.quiet_hours import QuietHours
from signalbox.domain.recipes.forms import Recipe
from signalbox.domain.waits import Wait

DEFAULT_MAX_EVENT_AGE = timedelta(hours=72)  # spec: triggers-and-flows, section 2
MAX_LOOKBACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Trigger:
    """One version of an event trigger: the SQL as its author wrote it and as the engine runs it.

    `recipe` is the form that wrote the SQL, None when a person did. `committed_by` is whatever the author is called.
    A version comes from a draft, `draft_id`, or from an earlier version, `restored_from`.
    """

    partner_id: str
    trigger_id: str
    version: int
    name: str
    sql: str
    dialect: str
    compiled_sql: str
    committed_at: datetime
    lookback: timedelta = timedelta(0)
    max_event_age: timedelta = DEFAULT_MAX_EVENT_AGE
    recipe: Recipe | None = None
    committed_by: str = ""
    note: str = ""
    draft_id: str | None = None
    restored_from: int | None = None


class FlowStatus(StrEnum):
    """Where a flow is in its life."""

    DRAFT = "draft"
    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"
    ARCHIVED = "archived"


class Transition(StrEnum):
    """A step in a flow's life."""

    LAUNCH = "launch"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    ARCHIVE = "archive"


TRANSITIONS: Mapping[Transition, tuple[Sequence[FlowStatus], FlowStatus]] = {
    Transition.LAUNCH: ((FlowStatus.DRAFT,), FlowStatus.LIVE),
    Transition.PAUSE: ((FlowStatus.LIVE,), FlowStatus.PAUSED),
    Transition.RESUME: ((FlowStatus.PAUSED,), FlowStatus.LIVE),
    Transition.END: ((FlowStatus.LIVE, FlowStatus.PAUSED), FlowStatus.ENDED),
    Transition.ARCHIVE: ((FlowStatus.ENDED,), FlowStatus.ARCHIVED),
}
"""From which states each step may be taken, and where it leads."""


class PauseMode(StrEnum):
    """What becomes of the events of a pause: caught up with on resuming, or never looked at."""

    HOLD = "hold"
    DROP = "drop"


class FilterMode(StrEnum):
    """How segment membership filters read: not in any of them, in any, or in all."""

    EXCLUDE = "exclude"
    INCLUDE_ANY = "include_any"
    INCLUDE_ALL = "include_all"


@dataclass(frozen=True, slots=True)
class SegmentFilter:
    """Segment membership filters; exclusion is the default."""

    segment_ids: Sequence[str] = ()
    mode: FilterMode = FilterMode.EXCLUDE

    def admits(self, memberships: frozenset[str]) -> bool:
        """Judge a contact by the segments it is in; an unknown contact is in none."""
        listed = frozenset(self.segment_ids)
        match self.mode:
            case FilterMode.EXCLUDE:
                return not listed & memberships
            case FilterMode.INCLUDE_ANY:
                return bool(listed & memberships) or not listed
            case FilterMode.INCLUDE_ALL:
                return listed <= memberships


class FlowRules(TypedDict, total=False):
    """What an author may say of a flow beside what every flow has; see `Flow`."""

    segment_filter: SegmentFilter
    contents: Mapping[str, Content]
    wait: Wait | None
    re_entry: ReEntry
    quiet_hours: QuietHours | None
    branches: Branches
    experiment: Experiment | None
    is_transactional: bool
    safety_limit: int | None


class FlowChanges(FlowRules, total=False):
    """What an author may change of a flow."""

    name: str
    trigger_id: str
    content: Content


EVERYBODY = Branches(default=DefaultBranch())


@dataclass(frozen=True, slots=True)
class Flow:
    """One version of an event-triggered flow.

    `content` is what its contacts get, unless their branch or variant names one of `contents`, which are by id.
    `pause_mode` is given while it is paused. `starts_after` is given once it was launched: what was received up to
    then is none of this flow's, since it came before the launch, or in a pause that dropped it.
    `safety_limit` is how many contacts a run may find; one that finds more waits for a person. None: any number.
    """

    partner_id: str
    flow_id: str
    version: int
    name: str
    trigger_id: str
    content: Content
    status: FlowStatus = FlowStatus.DRAFT
    segment_filter: SegmentFilter = field(default_factory=SegmentFilter)
    pause_mode: PauseMode | None = None
    starts_after: datetime | None = None
    contents: Mapping[str, Content] = field(default_factory=dict)
    wait: Wait | None = None
    re_entry: ReEntry = field(default_factory=ReEntry.every_event)
    quiet_hours: QuietHours | None = None
    branches: Branches = EVERYBODY
    experiment: Experiment | None = None
    is_transactional: bool = False
    safety_limit: int | None = None

    @property
    def has_ended(self) -> bool:
        """Tell whether it is over for good, archived or not."""
        return self.status in {FlowStatus.ENDED, FlowStatus.ARCHIVED}

    @property
    def holds_matches(self) -> bool:
        """Tell whether what it finds now waits for it to be resumed."""
        return self.status is FlowStatus.PAUSED and self.pause_mode is PauseMode.HOLD

    def content_of(self, content_id: str | None) -> Content | None:
        """Give a content by its id, the flow's own for None; None where there is none of that id."""
        return self.content if content_id is None else self.contents.get(content_id)

    def longest_age(self, max_event_age: timedelta) -> timedelta:
        """Give how old an event may be when its message leaves: a wait is not held against it."""
        return self.wait.longest_age(max_event_age) if self.wait else max_event_age

    def refusal_of(self, transition: Transition) -> Reason | None:
        """Say why the step cannot be taken from here, None when it can."""
        expected, _ = TRANSITIONS[transition]
        if self.status in expected:
            return None
        words = " or ".join(status.value for status in expected)
        return Reason("/status", f"to {transition.value} a flow it must be {words}; this flow is {self.status.value}")

    def after(self, transition: Transition) -> "Flow":
        """Give its next version, one step on in its life; raises Invalid where that step does not lead on from here."""
        if refusal := self.refusal_of(transition):
            raise Invalid([refusal])
        return replace(self, version=self.version + 1, status=TRANSITIONS[transition][1], pause_mode=None)


@dataclass(frozen=True, slots=True)
class LiveFlow:
    """What a run needs to know of a flow that is live."""

    partner_id: str
    flow_id: str
    trigger_id: str
    wait: Wait | None = None
    safety_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a flow has got: every event received at or before `position` is in a committed window.

    `contacts` counts those that a run which has not caught up yet has found so far, step by step; 0 once it has.
    """

    partner_id: str
    flow_id: str
    position: datetime
    health: Health = field(default_factory=Health)
    contacts: int = 0
