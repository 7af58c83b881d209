"""The audit log: who changed what and when, each change with the versions before and after.

begun ──> done       the change was made
      └─> refused    nothing was changed, and the caller was told why

An entry that stays `begun` is of a change whose worker died, or whose store gave no answer: it may have been made.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

AUDIT_LIFETIME = timedelta(days=400)
"""A year, so that each one can be compared with the one before, and a month to do it in."""

_DIGEST_CHARACTERS = 16


class AuditOutcome(StrEnum):
    """What became of a change."""

    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change; `partner_id` is None for what belongs to no partner, as making one.

    `action` is the operation's name in the API, `thing` the kind of thing that it changes. `before` and `after` are its
    versions, None where there is none. No entry names a contact: see `pseudonym`.
    """

    partner_id: str | None
    entry_id: str
    at: datetime
    subject: str
    by: str
    action: str
    thing: str
    thing_id: str | None = None
    before: int | None = None
    after: int | None = None
    outcome: AuditOutcome = AuditOutcome.BEGUN


def pseudonym(identity: str, key: bytes) -> str:
    """Give what an entry calls a contact: the same each time, and nobody's name once the key is gone.

    An audit log outlives the erasure of whom it is about.
    """
    return "contact_" + hmac.digest(key, identity.encode(), hashlib.sha256).hex()[:_DIGEST_CHARACTERS]
