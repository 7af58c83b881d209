"""What is stored about one person, told in parts that fit an answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from signalbox.domain.contacts import ContactView
from signalbox.domain.decisions import Decision
from signalbox.domain.events import HeldEvent
from signalbox.domain.identities import Mapping as IdentityMapping
from signalbox.domain.messages import KeptMessage
from signalbox.domain.quarantine import QuarantinedEvent
from signalbox.domain.queries import EventRow
from signalbox.domain.segments import Segment
from signalbox.domain.suppressions import Suppression


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the person now."""

    view: ContactView
    segments: Sequence[Segment]
    suppressions: Sequence[Suppression]


@dataclass(frozen=True, slots=True)
class DecisionTold:
    """A decision about the person, and what its message said where that is kept."""

    decision: Decision
    message: KeptMessage | None


@dataclass(slots=True)
class SubjectPart:
    """What came of the person, and what was decided, in `(since, until]`; the first part has the facts too.

    `clients` are who the part's events came from: mappings that name the person now, and what is held for them.
    """

    identity: str
    since: datetime
    until: datetime
    facts: Facts | None = None
    decisions: list[DecisionTold] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    quarantined: list[QuarantinedEvent] = field(default_factory=list)
    mappings: list[IdentityMapping] = field(default_factory=list)
    held: list[HeldEvent] = field(default_factory=list)
