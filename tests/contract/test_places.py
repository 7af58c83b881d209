"""The `Places` port: what a contact's messages have taken under caps and re-entry, seen wherever it is viewed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signalbox.adapters.dynamodb.touches import DynamoPlaces
from signalbox.domain.errors import Conflict
from signalbox.domain.frequency import KEPT_LONGER, Entry, ReEntry, Touches
from signalbox.domain.partners import FrequencyCap
from tests.contract.backends import ATOMIC, CALLERS, DATABASES, DYNAMODB_LOCAL, at_once
from tests.contract.conftest import Database, Stores
from tests.contract.scripted import RepeatingClient
from tests.unit.makers import NOON

ANA = "ana@example.org"
DAY, MS = timedelta(days=1), timedelta(milliseconds=1)


def entry(event_id: str = "event-1", **changes: Any) -> Entry:
    return Entry(**{"flow_id": "flow_1", "event_id": event_id, "channel": "email"} | changes)


def capped(event_id: str = "event-1") -> Entry:
    return entry(event_id, caps=(FrequencyCap("email", 3, DAY),))


def nobodys(partner_id: str) -> Touches:
    return Touches(partner_id, ANA)


TAKEN = {
    "nothing": [],
    "a place": [capped()],
    "a place of an event with any name": [capped(""), capped("#a##b")],
    "a place that counts for re-entry": [entry(re_entry=ReEntry.cool_down(DAY + MS), is_transactional=True)],
    "an entry once ever": [entry(re_entry=ReEntry.once()), entry("", flow_id="flow_2", re_entry=ReEntry.once())],
}


@pytest.mark.parametrize("entries", TAKEN.values(), ids=TAKEN.keys())
def test_places_come_back_in_the_contacts_view_one_version_on(
    stores: Stores, partner_id: str, entries: list[Entry]
) -> None:
    touches = nobodys(partner_id)
    for each in entries:
        touches = touches.after(each, NOON + MS)

    stores.places.save(touches, NOON + MS)

    assert stores.contacts.view(partner_id, ANA).touches == replace(touches, version=1)
    assert stores.contacts.view(partner_id, "ben@example.org").touches is None


def test_each_save_starts_from_the_one_before(stores: Stores, partner_id: str) -> None:
    first = nobodys(partner_id).after(capped(), NOON)
    stores.places.save(first, NOON)

    stores.places.save(replace(first.without("flow_1", "event-1"), version=1), NOON)

    assert stores.contacts.view(partner_id, ANA).touches == replace(nobodys(partner_id), version=2)


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_save_from_another_version_is_a_conflict(stores: Stores, partner_id: str, version: int) -> None:
    taken = nobodys(partner_id).after(capped(), NOON)
    stores.places.save(taken, NOON)
    stores.places.save(replace(taken, version=1), NOON)

    with pytest.raises(Conflict):
        stores.places.save(replace(nobodys(partner_id), version=version), NOON)

    assert stores.contacts.view(partner_id, ANA).touches == replace(taken, version=2)


def test_places_that_never_were_cannot_be_changed(stores: Stores, partner_id: str) -> None:
    with pytest.raises(Conflict):
        stores.places.save(replace(nobodys(partner_id), version=1), NOON)


@ATOMIC
@pytest.mark.parametrize("version", [0, 1])
def test_of_many_who_take_a_place_at_once_one_has_it(stores: Stores, partner_id: str, version: int) -> None:
    read = replace(nobodys(partner_id), version=version)
    if version:
        stores.places.save(nobodys(partner_id), NOON)

    answers = at_once(lambda number: stores.places.save(read.after(capped(str(number)), NOON), NOON))

    winner = read.after(capped(str(answers.index(None))), NOON)
    assert answers.count(None) == 1
    assert answers.count(Conflict) == CALLERS - 1
    assert stores.contacts.view(partner_id, ANA).touches == replace(winner, version=version + 1)


@ATOMIC
def test_a_cap_holds_against_many_who_read_and_take_at_once(stores: Stores, partner_id: str) -> None:
    def take(number: int) -> bool:
        while True:
            touches = stores.contacts.view(partner_id, ANA).touches or nobodys(partner_id)
            if touches.refusal(capped(str(number)), NOON):
                return False
            try:
                stores.places.save(touches.after(capped(str(number)), NOON), NOON)
            except Conflict:
                continue
            return True

    assert at_once(take).count(True) == 3


def test_profile_and_places_do_not_disturb_each_other(stores: Stores, partner_id: str) -> None:
    taken = nobodys(partner_id).after(capped(), NOON)
    stores.places.save(taken, NOON)
    stores.contacts.save(stores.contacts.view(partner_id, ANA).contact)

    view = stores.contacts.view(partner_id, ANA)

    assert view.contact.version == 1
    assert view.touches == replace(taken, version=1)


@DYNAMODB_LOCAL
@pytest.mark.parametrize("version", [0, 1])
def test_a_place_whose_answer_was_lost_is_still_taken(database: Database, partner_id: str, version: int) -> None:
    if version:
        database.stores().places.save(nobodys(partner_id), NOON)
    taken = replace(nobodys(partner_id), version=version).after(capped(), NOON)

    DynamoPlaces(RepeatingClient(database.client), "Contacts").save(taken, NOON)

    stored = database.stores().contacts.view(partner_id, ANA).touches
    assert stored == replace(taken, version=version + 1)


@DATABASES
@pytest.mark.parametrize(
    ("taken", "expires_at"),
    [(capped(), str(int((NOON + DAY + KEPT_LONGER).timestamp()))), (entry(re_entry=ReEntry.once()), None)],
)
def test_places_expire_when_they_count_no_more_and_an_entry_once_ever_never(
    database: Database, partner_id: str, taken: Entry, expires_at: str | None
) -> None:
    database.stores().places.save(nobodys(partner_id).after(taken, NOON), NOON)

    key = {"pk": {"S": f"{partner_id}#{ANA}"}, "sk": {"S": "touches"}}
    item = database.client.get_item(TableName="Contacts", Key=key)["Item"]
    assert item.get("expires_at", {}).get("N") == expires_at
