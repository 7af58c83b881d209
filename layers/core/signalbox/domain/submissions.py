"""What one request to the ingestion endpoint asks for, once it is parsed and before it is believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from signalbox.domain.errors import Reason


@dataclass(frozen=True, slots=True)
class EventDraft:
    """A well-formed event whose sender is not checked and whose person is not looked up yet.

    `email` is the address in the event itself, normalised; `traits` maps a trait's name to its value as JSON text.
    `happened_at` is the sender's clock, None where the protocol has only `sent_at`.
    `event_id` is the sender's own name for it, or one derived from its content.
    """

    event_type: str
    event_name: str
    event_id: str
    client_id: str
    user_id: str | None
    email: str | None
    requires_identity: bool
    sent_at: datetime
    happened_at: datetime | None
    traits: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Submission:
    """One event as submitted: who says they send it, and the draft or the reasons why there is none.

    `body` is the JSON text as received but for the secret; it is what quarantine keeps.
    """

    partner_id: str
    secret: str
    debug: bool
    event_id: str
    body: str
    draft: EventDraft | None
    reasons: tuple[Reason, ...] = ()


class Acceptance(StrEnum):
    """What became of a submission that was answered 200; each names a counter."""

    STORED = "stored"
    HELD = "held"
    QUARANTINED = "quarantined"
