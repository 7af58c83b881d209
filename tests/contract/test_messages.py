"""The `Messages` port: what each decision's message said."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signalbox.domain.messages import KeptMessage
from tests.contract.backends import DATABASES, noise
from tests.contract.conftest import Database, Stores
from tests.unit.makers import NOON

MS = timedelta(milliseconds=1)


def message(partner_id: str, **changes: Any) -> KeptMessage:
    values: dict[str, Any] = {
        "partner_id": partner_id,
        "flow_id": "flow_1",
        "event_id": "event-1",
        "channel": "email",
        "parts": {"subject": "Hi", "text": "Hello"},
        "rendered_at": NOON + MS,
    }
    return KeptMessage(**values | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"channel": "push", "parts": {"title": "", "values/a~1b": "x\n"}},
        {"parts": {}},
        {"parts": {"html": noise(1), "text": noise(2)}},
        {"event_id": ""},
        {"event_id": "a#b"},
        {"event_id": "x" * 5000},
    ],
)
def test_a_message_comes_back_as_it_was_kept(stores: Stores, partner_id: str, changes: dict[str, Any]) -> None:
    kept = message(partner_id, **changes)

    stores.messages.keep(kept)

    assert stores.messages.find(partner_id, "flow_1", kept.event_id) == kept


def test_the_message_of_the_last_attempt_stays(stores: Stores, partner_id: str) -> None:
    first = message(partner_id)
    last = replace(first, parts={"subject": "Again"}, rendered_at=NOON + 2 * MS)

    stores.messages.keep(first)
    stores.messages.keep(last)

    assert stores.messages.find(partner_id, "flow_1", "event-1") == last


def test_a_message_is_found_by_its_own_decision_alone(stores: Stores, partner_id: str) -> None:
    stores.messages.keep(message(partner_id))

    assert stores.messages.find(partner_id, "flow_1", "event-2") is None
    assert stores.messages.find(partner_id, "flow_2", "event-1") is None
    assert stores.messages.find(f"{partner_id}0", "flow_1", "event-1") is None


@DATABASES
def test_a_message_is_deleted_after_30_days_and_a_long_one_is_compressed(database: Database, partner_id: str) -> None:
    text = "the same again and again " * 4000

    database.stores().messages.keep(message(partner_id, parts={"text": text}))

    key = {"pk": {"S": f"{partner_id}#flow_1#event-1"}}
    item = database.client.call("GetItem", {"TableName": "Messages", "Key": key})["Item"]
    assert int(item["expires_at"]["N"]) == int((NOON + timedelta(days=30)).timestamp()) + 1
    assert len(str(item)) < 2000
