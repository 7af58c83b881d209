"""The `Quarantine` port."""

from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.adapters.dynamodb import keys
from signalbox.domain.errors import Reason
from signalbox.domain.quarantine import Protocol, QuarantinedEvent
from tests.contract.backends import DATABASES, noise
from tests.contract.conftest import Database, Stores
from tests.unit.makers import NOON

MS = timedelta(milliseconds=1)
DAY = timedelta(days=1)
REASONS = (Reason("/properties/eventName", "expected 1 to 38 characters"), Reason("", "expected an object"))
IDS = pytest.mark.parametrize("event_id", ["event-1", "", "a#b", "~", "x" * 5000])


def quarantined(partner_id: str, event_id: str = "event-1", body: str = "{}") -> QuarantinedEvent:
    return QuarantinedEvent(partner_id, event_id, NOON + MS, REASONS, body)


@IDS
@pytest.mark.parametrize("body", ["{}", "not JSON \x00", '{"a":"b"}' * 2000])
@pytest.mark.parametrize(("protocol", "accepted"), [(Protocol.COLLECT, True), (Protocol.SEGMENT, False)])
def test_what_was_sent_is_kept_with_its_reasons(
    stores: Stores, partner_id: str, event_id: str, body: str, protocol: Protocol, *, accepted: bool
) -> None:
    kept = replace(quarantined(partner_id, event_id, body), protocol=protocol, accepted=accepted)

    for _ in range(2):
        stores.quarantine.keep(kept)

    assert list(stores.quarantine.of_day(partner_id, NOON.date())) == [kept]


def test_a_day_is_given_in_the_order_it_came(stores: Stores, partner_id: str) -> None:
    instants = [NOON + offset for offset in (3 * MS, -2 * MS, timedelta(hours=11), timedelta(hours=-12), 0 * MS)]
    for instant in instants:
        stores.quarantine.keep(replace(quarantined(partner_id), received_at=instant))

    assert [each.received_at for each in stores.quarantine.of_day(partner_id, NOON.date())] == sorted(instants)


def test_a_partner_and_a_day_have_their_own(stores: Stores, partner_id: str) -> None:
    stores.quarantine.keep(quarantined(partner_id))

    assert list(stores.quarantine.of_day(partner_id, NOON.date() + DAY)) == []
    assert list(stores.quarantine.of_day(partner_id, NOON.date() - DAY)) == []
    assert list(stores.quarantine.of_day(f"{partner_id}0", NOON.date())) == []


@IDS
def test_what_is_taken_out_is_gone_and_nothing_else_is(stores: Stores, partner_id: str, event_id: str) -> None:
    gone = quarantined(partner_id, event_id)
    others = [replace(gone, received_at=gone.received_at + MS), quarantined(partner_id, event_id + "!")]
    for each in (gone, *others):
        stores.quarantine.keep(each)

    for _ in range(2):
        stores.quarantine.remove(gone)

    left = stores.quarantine.of_day(partner_id, NOON.date())
    assert sorted(left, key=lambda each: each.received_at, reverse=True) == others


def test_a_day_can_be_emptied_while_it_is_read(stores: Stores, partner_id: str) -> None:
    for number in range(40):  # over 1 MB together, so more than one page
        stores.quarantine.keep(quarantined(partner_id, str(number), noise(number)))

    read = []
    for each in stores.quarantine.of_day(partner_id, NOON.date()):
        stores.quarantine.remove(each)
        read.append(each.event_id)

    assert sorted(read, key=int) == [str(number) for number in range(40)]
    assert list(stores.quarantine.of_day(partner_id, NOON.date())) == []


@DATABASES
def test_quarantine_ends_after_fourteen_days(database: Database, partner_id: str) -> None:
    database.stores().quarantine.keep(quarantined(partner_id))

    key = {name: {"S": value} for name, value in keys.quarantined(partner_id, NOON + MS, "event-1").items()}
    item = database.client.get_item(TableName="Quarantine", Key=key)["Item"]

    assert int(item["expires_at"]["N"]) == (NOON + timedelta(days=14, seconds=1)).timestamp()
