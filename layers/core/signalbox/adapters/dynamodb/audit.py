"""The Audit table: what each person changed, by partner and time."""

from collections.abc import Iterator
from datetime import datetime

from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.client import Client
from signalbox.adapters.dynamodb.table import Table
from signalbox.adapters.dynamodb.values import Stored, Values, expiry, given
from signalbox.domain.auditing import AUDIT_LIFETIME, AuditEntry, AuditOutcome


class DynamoAuditLog:
    """The `AuditLog` port."""

    def __init__(self, client: Client, table_name: str) -> None:
        self._table = Table(client, table_name)

    def write(self, entry: AuditEntry) -> None:
        """Write the entry under its instant and id; the same worker writes over it when it knows more."""
        self._table.put(_values(entry))

    def newest(self, partner_id: str | None, before: tuple[datetime, str] | None = None) -> Iterator[AuditEntry]:
        """Read the partner's partition backwards."""
        condition, operands = "pk = :pk", {":pk": keys.audit_log(partner_id)}
        if before is not None:
            condition += " AND sk < :before"
            operands[":before"] = keys.audit_entry(partner_id, *before)["sk"]
        for stored in self._table.query(condition, operands, backwards=True):
            yield _from_stored(stored, partner_id)


def _values(entry: AuditEntry) -> Values:
    return given(
        {
            **keys.audit_entry(entry.partner_id, entry.at, entry.entry_id),
            "subject": entry.subject,
            "by": entry.by,
            "action": entry.action,
            "thing": entry.thing,
            "thing_id": entry.thing_id,
            "before": entry.before,
            "after": entry.after,
            "outcome": entry.outcome.value,
            "expires_at": expiry(entry.at + AUDIT_LIFETIME),
        }
    )


def _from_stored(stored: Stored, partner_id: str | None) -> AuditEntry:
    at, entry_id = keys.audit_entry_of(stored["sk"])
    return AuditEntry(
        partner_id=partner_id,
        entry_id=entry_id,
        at=at,
        subject=stored["subject"],
        by=stored["by"],
        action=stored["action"],
        thing=stored["thing"],
        thing_id=stored.get("thing_id"),
        before=int(stored["before"]) if "before" in stored else None,
        after=int(stored["after"]) if "after" in stored else None,
        outcome=AuditOutcome(stored["outcome"]),
    )
