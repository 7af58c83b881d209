"""The port `Destinations`."""

from dataclasses import replace

import pytest

from signalbox.adapters.dynamodb.destinations import DynamoDestinations
from signalbox.domain.errors import Conflict
from signalbox.domain.webhooks import Destination
from signalbox.ports import Destinations
from tests.contract.backends import ATOMIC, CALLERS, at_once
from tests.contract.conftest import Database, Stores
from tests.fakes.destinations import FakeDestinations
from tests.unit.makers import partner
from tests.unit.webhooks import SECRET, destination


@pytest.fixture
def destinations(backend: Database | None) -> Destinations:
    return DynamoDestinations(backend.client, "Registry") if backend else FakeDestinations()


@pytest.mark.parametrize(
    "saved",
    [
        destination(),
        destination(secrets=(SECRET, SECRET), batch_size=1000, enabled=False, disabled_reason="gone"),
        destination(destination_id="a#b", name="é"),
    ],
)
def test_a_destination_comes_back_as_it_was_saved(
    destinations: Destinations, partner_id: str, saved: Destination
) -> None:
    own = replace(saved, partner_id=partner_id)

    destinations.save(own)

    assert destinations.find(partner_id, own.destination_id) == own
    assert list(destinations.of_partner(partner_id)) == [own]


def test_a_destination_that_is_not_there_is_not_found(destinations: Destinations, partner_id: str) -> None:
    destinations.save(destination(partner_id=partner_id))

    assert destinations.find(partner_id, "destination_2") is None
    assert destinations.find(f"{partner_id}0", "destination_1") is None
    assert list(destinations.of_partner(f"{partner_id}0")) == []


def test_a_partners_destinations_are_all_given_and_nothing_else(
    stores: Stores, destinations: Destinations, partner_id: str
) -> None:
    stores.definitions.create_partner(partner(partner_id=partner_id))
    saved = [destination(partner_id=partner_id, destination_id=f"destination_{number}") for number in range(3)]

    for each in saved:
        destinations.save(each)

    assert list(destinations.of_partner(partner_id)) == saved


@pytest.mark.parametrize("version", [1, 2, 4])
def test_a_destination_is_changed_from_the_version_that_was_read(
    destinations: Destinations, partner_id: str, version: int
) -> None:
    second = destination(partner_id=partner_id, version=2, name="Second")
    destinations.save(destination(partner_id=partner_id))
    destinations.save(second)

    with pytest.raises(Conflict):
        destinations.save(destination(partner_id=partner_id, version=version, name="Other"))

    assert destinations.find(partner_id, "destination_1") == second


@pytest.mark.parametrize("version", [0, 2])
def test_the_first_version_is_the_first(destinations: Destinations, partner_id: str, version: int) -> None:
    with pytest.raises(Conflict):
        destinations.save(destination(partner_id=partner_id, version=version))

    assert destinations.find(partner_id, "destination_1") is None


def test_a_save_that_is_repeated_is_done(destinations: Destinations, partner_id: str) -> None:
    saved = destination(partner_id=partner_id)

    for _ in range(2):
        destinations.save(saved)

    assert destinations.find(partner_id, "destination_1") == saved


@ATOMIC
def test_of_many_changes_at_once_one_wins(destinations: Destinations, partner_id: str) -> None:
    destinations.save(destination(partner_id=partner_id))

    answers = at_once(lambda number: destinations.save(destination(partner_id=partner_id, version=2, name=str(number))))

    assert answers.count(None) == 1
    assert answers.count(Conflict) == CALLERS - 1


def test_a_destination_is_removed_at_the_version_that_was_read(destinations: Destinations, partner_id: str) -> None:
    second = destination(partner_id=partner_id, version=2)
    destinations.save(destination(partner_id=partner_id))
    destinations.save(second)
    destinations.save(destination(partner_id=partner_id, destination_id="destination_2"))

    with pytest.raises(Conflict):
        destinations.remove(destination(partner_id=partner_id))
    for _ in range(2):
        destinations.remove(second)

    assert [each.destination_id for each in destinations.of_partner(partner_id)] == ["destination_2"]
