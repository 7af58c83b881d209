"""The `AuditLog` port: what people changed, by partner and time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.domain.auditing import AUDIT_LIFETIME, AuditEntry, AuditOutcome
from tests.contract.backends import DATABASES
from tests.contract.conftest import Database, Stores
from tests.unit.makers import NOON

MS = timedelta(milliseconds=1)


def entry(partner_id: str | None, **changes: object) -> AuditEntry:
    begun = AuditEntry(partner_id, "change_1", NOON, "sub-1", "ada", "changePartner", "partner")
    return replace(begun, **changes)  # type: ignore[arg-type]  # as the entry has them


@pytest.mark.parametrize("outcome", AuditOutcome)
def test_an_entry_comes_back_as_it_was_written_last(stores: Stores, partner_id: str, outcome: AuditOutcome) -> None:
    begun = entry(partner_id)
    written = replace(begun, thing_id="thing", before=1, after=2, outcome=outcome)

    stores.audit_log.write(begun)
    stores.audit_log.write(written)

    assert list(stores.audit_log.newest(partner_id)) == [written]


def test_entries_come_newest_first_and_go_on_from_where_they_ended(stores: Stores, partner_id: str) -> None:
    entries = [entry(partner_id, entry_id=f"change_{number}", at=NOON + number // 2 * MS) for number in range(5)]
    for each in entries:
        stores.audit_log.write(each)

    assert list(stores.audit_log.newest(partner_id)) == entries[::-1]
    assert list(stores.audit_log.newest(partner_id, (entries[3].at, entries[3].entry_id))) == entries[2::-1]


def test_entries_of_partners_stay_apart_and_from_those_of_none(stores: Stores, partner_id: str) -> None:
    stores.audit_log.write(entry(partner_id))
    stores.audit_log.write(entry(None, entry_id=f"change_{partner_id}"))

    assert list(stores.audit_log.newest(f"{partner_id}0")) == []
    assert entry(None, entry_id=f"change_{partner_id}") in list(stores.audit_log.newest(None))
    assert entry(partner_id) not in list(stores.audit_log.newest(None))


@DATABASES
def test_an_entry_is_kept_for_its_time(database: Database, partner_id: str) -> None:
    database.stores().audit_log.write(entry(partner_id))

    (item,) = database.client.query(
        TableName="Audit",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"partner#{partner_id}"}},
    )["Items"]

    assert int(item["expires_at"]["N"]) == (NOON + AUDIT_LIFETIME).timestamp()
