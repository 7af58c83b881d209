"""The erasure of a person from one partner's data: what is theirs, what is kept, and how far it has got.

    begun ──call──> … ──call──> read up to its beginning ──a quarter of an hour──> files removed, done

Every step may be repeated. `read_up_to` moves on only when all that was received up to there is erased.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from signalbox.domain.identities import identity_of
from signalbox.domain.queries import EventRow

ERASURE_LIFETIME = timedelta(days=30)
"""For how long one that nobody goes on with is remembered; a later one begins anew."""
UNDER_WAY = timedelta(minutes=15)
"""Longer than any call of a function lasts: who read an event before it was deleted has written its file by then."""
DELETED_LATE = timedelta(days=7)
"""The store deletes what has expired within a few days (AWS: "Using time to live (TTL) in DynamoDB")."""

KEEPS: Sequence[str] = (
    "suppressions, under the address: so that nobody messages it again",
    "decisions without identity, trace and message: so that none is made a second time",
    "events about somebody else that mention the address, as they are that person's; their number is given",
    "entries in the audit log, under a keyed digest",
    "queue messages that are under way and dead letters, for up to 14 days",
    "the store's backups, for up to 35 days, and functions' copies of history files, for up to an hour",
)
"""What an erasure leaves, in words for whoever asked for it; docs/privacy.md says why."""

COUNTED = (
    "profiles", "memberships", "places", "decisions", "events", "mappings", "held_events", "quarantined",
    "history_files", "mentions",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure, of what was received up to `begun_at`; `version` counts writes, 0 for one never stored.

    `changed_at` is when an event was deleted last. `hours` are those whose files of history named the person.
    `counts` tell what was erased so far, and under `mentions` what is kept of others.
    """

    partner_id: str
    identity: str
    begun_at: datetime
    read_up_to: datetime
    changed_at: datetime
    hours: Sequence[datetime] = ()
    counts: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    version: int = 0

    @property
    def is_read(self) -> bool:
        """Tell whether all that was received before it began is erased."""
        return self.read_up_to >= self.begun_at

    @property
    def goes_on_at(self) -> datetime:
        """Tell from when on nothing that was under way can bring the person back."""
        return max(self.begun_at, self.changed_at) + UNDER_WAY

    def counting(self, **erased: int) -> "Erasure":
        """Count what was erased."""
        return replace(self, counts={name: count + erased.get(name, 0) for name, count in self.counts.items()})

    def following(self) -> "Erasure":
        """Give it as it is to be stored next."""
        return replace(self, version=self.version + 1)


def is_about(row: EventRow, identity: str) -> bool:
    """Tell whether an event is somebody's: it is about them, or about nobody and names them."""
    about, email = row[8], row[9]
    if about is None and email is None:
        return mentions(row[10], identity)
    return identity in {about, email and identity_of(email)}


def mentions(body: str, identity: str) -> bool:
    """Tell whether an event's text holds an address, in whatever case and however JSON writes it."""
    if identity in body.lower():
        return True
    if "\\" not in body:
        return False
    try:
        return identity in json.dumps(json.loads(body), ensure_ascii=False).lower()
    except (ValueError, RecursionError):
        return False
