"""Who an event is about: e-mail addresses as identities, and the clientId mapping that identify makes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MAPPING_LIFETIME = timedelta(days=7)  # spec: collect-api, section 5
HELD_LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Mapping:
    """This client is this person, until `expires_at`; made by identify."""

    partner_id: str
    client_id: str
    email: str
    user_id: str | None
    expires_at: datetime

    @property
    def made_at(self) -> datetime:
        """Tell when the identify came that made it, or renewed it last."""
        return self.expires_at - MAPPING_LIFETIME

    def is_live(self, now: datetime) -> bool:
        """Judge by the clock: the store deletes late, so what is past its time is no mapping (invariant 5)."""
        return now < self.expires_at


def normalise_email(address: str) -> str:
    """Trim an address and lower-case its domain, the form messages are sent to."""
    local, at, domain = address.strip().rpartition("@")
    return f"{local}{at}{domain.lower()}"


def identity_of(email: str) -> str:
    """Fold an address into the one form by which people are compared (case-insensitive throughout)."""
    return email.strip().lower()
