"""Why somebody did, or did not, get a message: the answer, put together of what is stored.

Source: spec triggers-and-flows, section 6.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from signalbox.domain.contacts import ContactView
from signalbox.domain.coverage import Covered
from signalbox.domain.decisions import Decision
from signalbox.domain.events import Event, HeldEvent
from signalbox.domain.flows import Flow
from signalbox.domain.identities import Mapping as IdentityMapping
from signalbox.domain.identity_sources import IdentitySource
from signalbox.domain.messages import KeptMessage
from signalbox.domain.quarantine import QuarantinedEvent
from signalbox.domain.queries import Window
from signalbox.domain.suppressions import Suppression


@dataclass(frozen=True, slots=True)
class FlowAnswer:
    """What one flow made of one event: its decision and what its message said, or why there is none.

    `flow` is as it stands now, None for one that is gone; the decision names the versions that made it.
    """

    flow_id: str
    flow: Flow | None
    covered: Covered
    decision: Decision | None = None
    message: KeptMessage | None = None


@dataclass(frozen=True, slots=True)
class EventAnswer:
    """One event, how its person was known, and what each flow made of it.

    `event` is None where a decision names one that is not stored, or no more. `mappings` are those of its client that
    name its person, as they stand now.
    """

    event_id: str
    event: Event | None
    source: IdentitySource | None
    mappings: Sequence[IdentityMapping]
    flows: Sequence[FlowAnswer]


@dataclass(frozen=True, slots=True)
class ContactAnswer:
    """The contact as it stands: profile, segments, places under caps; and what suppresses it, since when, by whom."""

    view: ContactView
    suppressions: Sequence[Suppression]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer; `shortfalls` say in words what was not looked at, and nothing else was left out.

    `window` is what was asked for, `looked_through` the part of it whose events were searched, None where none had to
    be. `held` are events of the same clients whose person nobody has named; `quarantined` broke their schema.
    """

    identity: str | None
    window: Window
    events: Sequence[EventAnswer]
    held: Sequence[HeldEvent]
    quarantined: Sequence[QuarantinedEvent]
    contact: ContactAnswer | None
    looked_through: Window | None
    shortfalls: Sequence[str]
