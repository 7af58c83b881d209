"""What one request to the ingestion endpoint asks for, once it is parsed and before it is believed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from signalbox.domain.errors import Reason
from signalbox.domain.events import Event, occurred_at
from signalbox.domain.identities import identity_of
from signalbox.domain.quarantine import Protocol


@dataclass(frozen=True, slots=True)
class EventDraft:
    """A well-formed event whose sender is not checked and whose person is not looked up yet.

    `email` is the address in the event itself, normalised; `traits` maps a trait's name to its value as JSON text.
    `happened_at` is the sender's clock, None where the protocol has only `sent_at`; without `sent_at` it is right.
    `event_id` is the sender's own name for it, or one derived from its content.
    """

    event_type: str
    event_name: str
    event_id: str
    client_id: str
    user_id: str | None
    email: str | None
    requires_identity: bool
    sent_at: datetime | None
    happened_at: datetime | None
    traits: Mapping[str, str]
    body: str
    arrived_at: datetime | None = None
    """When it came to the door, where that was before it is received: it has been in quarantine since."""
    other_client_id: str | None = None

    @property
    def client_ids(self) -> tuple[str, ...]:
        """Give all that the client goes by, what decides first: a protocol may name person and device side by side."""
        return (self.client_id,) if self.other_client_id is None else (self.client_id, self.other_client_id)

    def stamped(self, partner_id: str, email: str | None, received_at: datetime) -> Event:
        """Make the event: received now, about the person of this address, None for nobody."""
        return Event(
            partner_id=partner_id,
            event_id=self.event_id,
            event_type=self.event_type,
            event_name=self.event_name,
            client_id=self.client_id,
            user_id=self.user_id,
            identity=identity_of(email) if email else None,
            email=email,
            occurred_at=self.occurred_at(received_at),
            sent_at=self.sent_at or self.arrived_at or received_at,
            received_at=received_at,
            body=self.body,
        )

    def occurred_at(self, received_at: datetime) -> datetime:
        """Tell when it happened by our clock, from what the sender's was off at the door."""
        arrived_at = self.arrived_at or received_at
        return occurred_at(self.sent_at or arrived_at, arrived_at, self.happened_at)


@dataclass(frozen=True, slots=True)
class Submission:
    """One event as submitted: who says they send it, and the draft or the reasons why there is none.

    `body` is the JSON text as received but for the secret; it is what quarantine keeps.
    `leniently` reads the same event again with lossless coercions on; None where there is nothing to coerce.
    """

    partner_id: str
    secret: str
    debug: bool
    event_id: str
    body: str
    draft: EventDraft | None
    reasons: tuple[Reason, ...] = ()
    protocol: Protocol = Protocol.COLLECT
    leniently: "Callable[[], Submission] | None" = None


class Acceptance(StrEnum):
    """What became of a submission that was answered 200; each names a counter."""

    STORED = "stored"
    HELD = "held"
    QUARANTINED = "quarantined"
