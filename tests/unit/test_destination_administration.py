"""Setting up destinations: secrets shown once and rotated without a gap, changes by version, and trying them out."""

import json
from dataclasses import replace

import pytest

from signalbox.domain.errors import Conflict, Gone, Invalid, Transient
from signalbox.domain.webhook_trials import TEST_TYPE, Trial
from signalbox.domain.webhooks import Destination, secret_of
from signalbox.services.destination_administration import DISABLED, DestinationAdministration
from signalbox.services.webhook_delivery import GONE, WebhookDelivery
from tests.fakes.destinations import FakeDestinations, FakeWebhookChannel
from tests.fakes.others import FakeClock
from tests.unit.makers import NOON, PARTNER_ID

URL = "https://hooks.example.org/signalbox"


class CountingIds:
    """Gives keys as long as real ones."""

    def __init__(self) -> None:
        self.count = 0

    def new_id(self, kind: str) -> str:
        self.count += 1
        return f"{kind}_{self.count}"

    def new_secret(self) -> str:
        raise NotImplementedError

    def new_key(self) -> bytes:
        self.count += 1
        return bytes([self.count]) * 32


class House:
    def __init__(self) -> None:
        self.destinations, self.channel = FakeDestinations(), FakeWebhookChannel()
        delivery = WebhookDelivery(destinations=self.destinations, channel=self.channel)
        self.administration = DestinationAdministration(
            clock=FakeClock(NOON), ids=CountingIds(), destinations=self.destinations, delivery=delivery
        )

    def register(self) -> Destination:
        return self.administration.register(PARTNER_ID, "Shop", URL)[0]

    def standing(self, destination: Destination) -> Destination | None:
        return self.destinations.find(destination.partner_id, destination.destination_id)


@pytest.fixture
def house() -> House:
    return House()


def test_an_endpoint_is_registered_with_a_secret_that_is_told(house: House) -> None:
    registered, secret = house.administration.register(PARTNER_ID, "Shop", URL, batch_size=10)

    assert registered == Destination(PARTNER_ID, "destination_2", "Shop", URL, (secret_of(bytes([1]) * 32),), 10)
    assert secret == registered.secrets[0]
    assert list(house.administration.of_partner(PARTNER_ID)) == [registered]
    assert secret not in repr(registered)


@pytest.mark.parametrize(
    ("name", "url", "batch_size", "path"),
    [
        ("", URL, 1, "/name"),
        ("Shop", "http://hooks.example.org", 1, "/url"),
        ("Shop", "https://169.254.169.254/", 1, "/url"),
        ("Shop", URL, 1001, "/batch_size"),
    ],
)
def test_what_may_not_be_a_destination_is_refused_at_first_and_later(
    house: House, name: str, url: str, batch_size: int, path: str
) -> None:
    registered = house.register()

    with pytest.raises(Invalid, match=path):
        house.administration.register(PARTNER_ID, name, url, batch_size=batch_size)
    with pytest.raises(Invalid, match=path):
        house.administration.change(registered, name=name, url=url, batch_size=batch_size)

    assert list(house.administration.of_partner(PARTNER_ID)) == [registered]


def test_a_change_keeps_what_is_not_named_and_refuses_who_has_not_seen_the_last(house: House) -> None:
    registered = house.register()

    changed = house.administration.change(registered, name="Other")

    assert changed == replace(registered, name="Other", version=2)
    assert house.standing(registered) == changed
    with pytest.raises(Conflict):
        house.administration.change(registered, url=f"{URL}/2")


def test_a_rotated_secret_signs_beside_the_old_one_until_that_is_dropped(house: House) -> None:
    registered = house.register()

    rotated, secret = house.administration.rotate_secret(registered)

    assert rotated.secrets == (secret, *registered.secrets)
    assert secret not in registered.secrets
    with pytest.raises(Invalid, match="drop the old one first"):
        house.administration.rotate_secret(rotated)
    dropped = house.administration.drop_old_secret(rotated)
    assert (dropped.secrets, dropped.version) == ((secret,), 3)
    assert house.administration.drop_old_secret(dropped) == dropped == house.standing(registered)


def test_a_destination_is_disabled_and_enabled(house: House) -> None:
    registered = house.register()

    disabled = house.administration.disable(registered)

    assert (disabled.enabled, disabled.disabled_reason, disabled.version) == (False, DISABLED, 2)
    assert house.administration.disable(disabled) == disabled
    enabled = house.administration.enable(disabled)
    assert enabled == replace(registered, version=3)
    assert house.administration.enable(enabled) == enabled == house.standing(registered)


@pytest.mark.parametrize("batch_size", [1, 10])
def test_a_test_message_says_that_it_is_one(house: House, batch_size: int) -> None:
    registered, _ = house.administration.register(PARTNER_ID, "Shop", URL, batch_size=batch_size)

    trials = [house.administration.send_test(registered) for _ in range(2)]

    (_, first), (_, second) = house.channel.sent
    said = json.loads(first.body)
    payload = said if batch_size == 1 else said["batch"][0]
    assert trials == [Trial(was_taken=True)] * 2
    assert payload == {"id": first.webhook_id, "type": TEST_TYPE, "timestamp": "2026-03-01T12:00:00.000Z", "data": {}}
    assert first.webhook_id != second.webhook_id


def test_a_test_message_that_is_not_taken_says_why_and_is_not_tried_again(house: House) -> None:
    registered, fault = house.register(), Transient("the endpoint answered 503")
    fault.told = "closed for today"
    house.channel.faults = [fault]

    trial = house.administration.send_test(registered)

    assert trial == Trial(was_taken=False, fault="the endpoint answered 503", told="closed for today")
    assert not house.channel.sent


def test_an_endpoint_that_is_gone_is_disabled_by_its_test_and_then_gets_none(house: House) -> None:
    registered = house.register()
    house.channel.faults = [Gone("the endpoint answered 410")]

    trials = [house.administration.send_test(registered) for _ in range(2)]

    standing = house.standing(registered)
    assert [trial.fault for trial in trials] == ["the endpoint answered 410", "the destination is disabled"]
    assert standing is not None
    assert (standing.enabled, standing.disabled_reason) == (False, GONE)


def test_a_destination_is_removed_once_it_is_disabled(house: House) -> None:
    registered = house.register()
    with pytest.raises(Invalid, match="disable it first"):
        house.administration.remove(registered)

    house.administration.remove(house.administration.disable(registered))

    assert list(house.administration.of_partner(PARTNER_ID)) == []
