"""The `Quarantine` port; it has no read, so what is kept is looked at through the adapter."""

from datetime import timedelta

import pytest

from signalbox.adapters.dynamodb import keys
from signalbox.adapters.dynamodb.quarantine import DynamoQuarantine
from signalbox.domain.errors import Reason
from signalbox.domain.quarantine import QuarantinedEvent
from tests.contract.backends import DATABASES
from tests.contract.conftest import Database
from tests.unit.makers import NOON

MS = timedelta(milliseconds=1)
REASONS = (Reason("/properties/eventName", "expected 1 to 38 characters"), Reason("", "expected an object"))


def quarantined(partner_id: str, event_id: str = "event-1", body: str = "{}") -> QuarantinedEvent:
    return QuarantinedEvent(partner_id, event_id, NOON + MS, REASONS, body)


@DATABASES
@pytest.mark.parametrize("event_id", ["event-1", "", "a#b", "~", "x" * 5000])
@pytest.mark.parametrize("body", ["{}", "not JSON \x00", '{"a":"b"}' * 2000])
def test_what_was_sent_is_kept_with_its_reasons(database: Database, partner_id: str, event_id: str, body: str) -> None:
    quarantine = DynamoQuarantine(database.client, "Quarantine")

    for _ in range(2):
        quarantine.keep(quarantined(partner_id, event_id, body))

    assert list(quarantine.of_day(partner_id, NOON.date())) == [quarantined(partner_id, event_id, body)]


@DATABASES
def test_a_partner_and_a_day_have_their_own(database: Database, partner_id: str) -> None:
    quarantine = DynamoQuarantine(database.client, "Quarantine")

    quarantine.keep(quarantined(partner_id))

    assert list(quarantine.of_day(partner_id, NOON.date() + timedelta(days=1))) == []
    assert list(quarantine.of_day(f"{partner_id}0", NOON.date())) == []


@DATABASES
def test_quarantine_ends_after_fourteen_days(database: Database, partner_id: str) -> None:
    DynamoQuarantine(database.client, "Quarantine").keep(quarantined(partner_id))

    key = {name: {"S": value} for name, value in keys.quarantined(partner_id, NOON + MS, "event-1").items()}
    item = database.client.get_item(TableName="Quarantine", Key=key)["Item"]

    assert int(item["expires_at"]["N"]) == (NOON + timedelta(days=14, seconds=1)).timestamp()
