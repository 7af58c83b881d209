"""An event that broke its schema, kept with the reasons so that nothing sent to us is lost."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from signalbox.domain.errors import Reason

QUARANTINE_LIFETIME = timedelta(days=14)  # spec: collect-api, section 7


@dataclass(frozen=True, slots=True)
class QuarantinedEvent:
    """What was received, but for the secret, and why it was not accepted."""

    partner_id: str
    event_id: str
    received_at: datetime
    reasons: tuple[Reason, ...]
    body: str
