"""The `Identities` port."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from signalbox.adapters.dynamodb import keys
from signalbox.domain.identities import Mapping
from tests.contract.backends import DATABASES
from tests.contract.conftest import Database, Stores
from tests.unit.makers import NOON

MS = timedelta(milliseconds=1)


def mapping(partner_id: str, client_id: str = "client-1") -> Mapping:
    return Mapping(partner_id, client_id, "Ana@example.org", "user-1", NOON + 7 * MS)


@pytest.mark.parametrize("client_id", ["client-1", "", "#", "a#b", "~", "~a", "é" * 45, "x" * 5000])
@pytest.mark.parametrize("user_id", ["user-1", "", None])
def test_a_mapping_comes_back_as_it_was_made(
    stores: Stores, partner_id: str, client_id: str, user_id: str | None
) -> None:
    made = replace(mapping(partner_id, client_id), user_id=user_id)

    stores.identities.put(made)

    assert stores.identities.find(partner_id, client_id) == made


def test_identify_renews_the_mapping(stores: Stores, partner_id: str) -> None:
    renewed = replace(mapping(partner_id), email="ben@example.org", user_id=None, expires_at=NOON + timedelta(days=7))
    stores.identities.put(mapping(partner_id))

    stores.identities.put(renewed)

    assert stores.identities.find(partner_id, "client-1") == renewed


@pytest.mark.parametrize("ends_at", [NOON + 6 * MS, NOON - timedelta(days=1)])
def test_a_mapping_that_ends_sooner_than_what_stands_changes_nothing(
    stores: Stores, partner_id: str, ends_at: datetime
) -> None:
    stores.identities.put(mapping(partner_id))

    stores.identities.put(replace(mapping(partner_id), email="ben@example.org", expires_at=ends_at))

    assert stores.identities.find(partner_id, "client-1") == mapping(partner_id)


def test_of_two_mappings_that_end_together_the_later_one_stands(stores: Stores, partner_id: str) -> None:
    later = replace(mapping(partner_id), email="ben@example.org")
    stores.identities.put(mapping(partner_id))

    stores.identities.put(later)

    assert stores.identities.find(partner_id, "client-1") == later


def test_a_mapping_past_its_time_is_the_callers_to_judge(stores: Stores, partner_id: str) -> None:
    past = replace(mapping(partner_id), expires_at=NOON - timedelta(days=3000))

    stores.identities.put(past)

    assert stores.identities.find(partner_id, "client-1") == past


def test_an_unknown_client_has_no_mapping(stores: Stores, partner_id: str) -> None:
    assert stores.identities.find(partner_id, "client-1") is None


def test_mappings_of_names_that_run_together_stay_apart(stores: Stores, partner_id: str) -> None:
    stores.identities.put(mapping(f"{partner_id}_b", "c"))
    stores.identities.put(mapping(partner_id, "b#c"))

    found = [stores.identities.find(partner_id, client_id) for client_id in ("c", "_b#c", "#c", f"{partner_id}_b#c")]

    assert found == [None] * 4


@DATABASES
def test_a_mapping_is_deleted_no_sooner_than_its_end(database: Database, partner_id: str) -> None:
    database.stores().identities.put(mapping(partner_id))

    key = {"pk": {"S": keys.mapping(partner_id, "client-1")["pk"]}}
    item = database.client.get_item(TableName="Identities", Key=key)["Item"]

    assert int(item["expires_at"]["N"]) == (NOON + timedelta(seconds=1)).timestamp()
