"""An event that broke its schema, kept with the reasons so that nothing sent to us is lost."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from signalbox.domain.errors import Reason

QUARANTINE_LIFETIME = timedelta(days=14)  # spec: collect-api, section 7


class Protocol(StrEnum):
    """The wire format an event came in, and is read in again when it is replayed."""

    COLLECT = "collect"
    SEGMENT = "segment"


@dataclass(frozen=True, slots=True)
class QuarantinedEvent:
    """What was received, but for the secret, and why it was not accepted.

    `accepted` ones were taken all the same, after lossless coercions for a lenient partner: their reasons are warnings.
    """

    partner_id: str
    event_id: str
    received_at: datetime
    reasons: tuple[Reason, ...]
    body: str
    protocol: Protocol = Protocol.COLLECT
    accepted: bool = False
