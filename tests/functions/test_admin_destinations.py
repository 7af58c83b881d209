"""Where webhooks go, over the admin API."""

import pytest

from signalbox.adapters.dynamodb.destinations import DynamoDestinations
from tests.functions.admin import HERE, OTHERS_EDITOR, VIEWER, Admin
from tests.unit import makers

DESTINATIONS = f"{HERE}/destinations"
SHOP = {"name": "Shop", "url": "https://hooks.shop.example/signalbox?token=t", "batchSize": 10}


@pytest.fixture
def shop(admin: Admin) -> str:
    return f"{DESTINATIONS}/{admin.post(DESTINATIONS, SHOP).body['destinationId']}"


def test_an_endpoint_is_registered_and_its_secret_shown_once(admin: Admin) -> None:
    made = admin.post(DESTINATIONS, SHOP)

    secret = made.body.pop("secret")
    shown = admin.get(f"{DESTINATIONS}/{made.body['destinationId']}", by=VIEWER)
    assert (made.status, made.etag, shown.body) == (201, '"1"', made.body)
    assert {name: shown.body[name] for name in SHOP} == SHOP
    assert (shown.body["secrets"], shown.body["enabled"], shown.body["disabledReason"]) == (1, True, None)
    assert secret not in shown.text
    assert secret not in admin.get(DESTINATIONS).text
    stored = DynamoDestinations(admin.stack.dynamodb, "Registry").find(makers.PARTNER_ID, made.body["destinationId"])
    assert stored is not None
    assert stored.secrets == (secret,)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"url": "http://hooks.shop.example"}, "/url"),
        ({"url": "https://127.0.0.1/"}, "/url"),
        ({"batchSize": 0}, "/batchSize"),
        ({"name": ""}, "/name"),
    ],
)
def test_an_endpoint_that_makes_no_sense_is_refused(admin: Admin, change: dict[str, object], path: str) -> None:
    answer = admin.post(DESTINATIONS, {**SHOP, **change})

    assert (answer.status, answer.body["reasons"][0]["path"]) == (422, path)


def test_a_destination_is_changed_over_the_version_that_was_read(admin: Admin, shop: str) -> None:
    changed = admin.put(shop, {**SHOP, "name": "Store"}, if_match='"1"')
    stale = admin.put(shop, SHOP, if_match='"1"')

    assert (changed.status, changed.body["name"], changed.etag, stale.status) == (200, "Store", '"2"', 412)


def test_a_secret_is_rotated_in_two_steps(admin: Admin, shop: str) -> None:
    rotated = admin.post(f"{shop}/rotate")
    third = admin.post(f"{shop}/rotate")
    dropped = admin.post(f"{shop}/drop-old-secret")

    assert (rotated.status, rotated.body["secrets"], third.status) == (200, 2, 409)
    assert dropped.body["secrets"] == 1
    stored = DynamoDestinations(admin.stack.dynamodb, "Registry").find(makers.PARTNER_ID, shop.rpartition("/")[2])
    assert stored is not None
    assert stored.secrets == (rotated.body["secret"],)
    assert "secret" not in dropped.body


def test_a_destination_is_disabled_before_it_is_removed(admin: Admin, shop: str) -> None:
    enabled = admin.delete(shop, if_match='"1"')
    disabled = admin.post(f"{shop}/disable")
    again = admin.post(f"{shop}/enable")
    admin.post(f"{shop}/disable")
    removed = admin.delete(shop, if_match='"4"')

    assert (enabled.status, enabled.body["error"]) == (409, "The destination is enabled: disable it first")
    assert (disabled.body["enabled"], disabled.body["disabledReason"]) == (False, "disabled by hand")
    assert (again.body["enabled"], removed.status) == (True, 204)
    assert admin.get(shop).status == 404


def test_a_test_tells_why_it_was_not_taken(admin: Admin, shop: str) -> None:
    admin.post(f"{shop}/disable")

    told = admin.post(f"{shop}/test")

    assert (told.status, told.body["wasTaken"]) == (200, False)
    assert told.body["fault"]


def test_another_partners_destination_is_not_there(admin: Admin, shop: str) -> None:
    elsewhere = shop.replace(HERE, "/partners/partner_2")

    assert admin.get(elsewhere, by=OTHERS_EDITOR).status == 404
    assert admin.post(f"{elsewhere}/rotate", by=OTHERS_EDITOR).status == 404
