"""The audit log on the wire."""

from signalbox.domain.auditing import AuditEntry
from signalbox.wire.admin.base import Instant, Wire


class AuditItem(Wire):
    """One change: who made it, to what, and the versions before and after.

    An `outcome` that stays `begun` is of a change that may have been made: its worker or its store gave no answer.
    """

    at: Instant
    by: str
    subject: str
    action: str
    thing: str
    thing_id: str | None
    before: int | None
    after: int | None
    outcome: str


class AuditList(Wire):
    """A part of the changes, the newest first."""

    items: list[AuditItem]
    next: str | None


def item_of(entry: AuditEntry) -> AuditItem:
    """Show an entry."""
    return AuditItem(
        at=entry.at,
        by=entry.by,
        subject=entry.subject,
        action=entry.action,
        thing=entry.thing,
        thing_id=entry.thing_id,
        before=entry.before,
        after=entry.after,
        outcome=entry.outcome.value,
    )
