"""Writing down each change that a person makes: before it is made, so that none can go unseen, and again after it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from signalbox.domain.access import User
from signalbox.domain.auditing import AuditEntry, AuditOutcome
from signalbox.ports import AuditLog, Clock, Ids


class Auditing:
    """The use cases of the audit log."""

    def __init__(self, *, clock: Clock, ids: Ids, log: AuditLog) -> None:
        self._clock = clock
        self._ids = ids
        self._log = log

    def begin(self, user: User, partner_id: str | None, action: str, thing: str, thing_id: str | None) -> AuditEntry:
        """Write down that a change is about to be made; where this raises, nothing may be changed."""
        entry = AuditEntry(
            partner_id=partner_id,
            entry_id=self._ids.new_id("change"),
            at=self._clock.now(),
            subject=user.subject,
            by=user.name,
            action=action,
            thing=thing,
            thing_id=thing_id,
        )
        self._log.write(entry)
        return entry

    def done(self, entry: AuditEntry, thing_id: str | None, before: int | None, after: int | None) -> None:
        """Complete the entry of a change that was made; `thing_id` where only making the thing has named it."""
        thing_id = entry.thing_id if thing_id is None else thing_id
        self._log.write(replace(entry, thing_id=thing_id, before=before, after=after, outcome=AuditOutcome.DONE))

    def refused(self, entry: AuditEntry) -> None:
        """Complete the entry of a change that was surely not made."""
        self._log.write(replace(entry, outcome=AuditOutcome.REFUSED))

    def entries(self, partner_id: str | None, before: tuple[datetime, str] | None = None) -> Iterator[AuditEntry]:
        """Give a partner's changes, or those that belong to none, the newest first.

        `before` is the instant and id of an entry: those older than it alone.
        """
        return self._log.newest(partner_id, before)
