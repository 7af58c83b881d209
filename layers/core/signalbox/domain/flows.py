"""Event triggers and the flows that act on what they find: definitions, versions and life cycle."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

DEFAULT_MAX_EVENT_AGE = timedelta(hours=72)  # spec: triggers-and-flows, section 2
MAX_LOOKBACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Trigger:
    """One version of an event trigger: the SQL as its author wrote it and as the engine runs it."""

    partner_id: str
    trigger_id: str
    version: int
    name: str
    sql: str
    dialect: str
    compiled_sql: str
    lookback: timedelta = timedelta(0)
    max_event_age: timedelta = DEFAULT_MAX_EVENT_AGE


class FlowStatus(StrEnum):
    """Where a flow is in its life: draft → live ⇄ paused → ended."""

    DRAFT = "draft"
    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"


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


@dataclass(frozen=True, slots=True)
class EmailContent:
    """The templates of an e-mail; a missing `html` or `text` is sent without that part, one of them must be there."""

    subject: str
    text: str | None = None
    html: str | None = None
    from_name: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """One version of an event-triggered flow."""

    partner_id: str
    flow_id: str
    version: int
    name: str
    trigger_id: str
    content: EmailContent
    status: FlowStatus = FlowStatus.DRAFT
    segment_filter: SegmentFilter = field(default_factory=SegmentFilter)


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a flow has got: every event received at or before `position` is in a committed window."""

    partner_id: str
    flow_id: str
    position: datetime
