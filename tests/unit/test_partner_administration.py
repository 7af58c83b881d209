"""Partners and what is kept of them; test_secrets tells how secrets are rotated and revoked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.domain.errors import Conflict, Invalid
from signalbox.domain.partners import FrequencyCap, authenticates
from tests.unit.authoring import House
from tests.unit.sending import APPLICATION


def test_a_new_partners_secret_opens_its_door_and_is_not_kept() -> None:
    house = House()

    partner, secret = house.administration.create_partner("Shop")

    stored = house.partners.find(partner.partner_id)
    assert authenticates(stored, secret)
    assert secret not in repr(stored)


def test_a_partner_says_how_often_a_contact_is_messaged_and_whose_time_counts() -> None:
    house = House()
    partner, _ = house.administration.create_partner("Shop")
    caps = (FrequencyCap("email", 2, timedelta(days=1)),)

    changed = house.administration.change(partner, timezone="Europe/Rome", caps=caps)

    assert changed == replace(partner, version=2, timezone="Europe/Rome", caps=caps)
    assert house.partners.find(partner.partner_id) == changed


def test_changes_that_make_no_sense_are_refused_by_their_paths() -> None:
    house = House()
    partner, _ = house.administration.create_partner("Shop")
    partner = house.administration.change(partner, shards=4)
    caps = (FrequencyCap("email", 0, timedelta(days=1)),)

    with pytest.raises(Invalid) as refusal:
        house.administration.change(partner, name=" ", timezone="Europe/Roma", caps=caps, shards=3)

    assert [reason.path for reason in refusal.value.reasons] == ["/name", "/timezone", "/shards", "/caps/0/messages"]
    assert house.partners.find(partner.partner_id) == partner


def test_a_partner_is_not_created_with_what_makes_no_sense() -> None:
    house = House()

    with pytest.raises(Invalid) as refusal:
        house.administration.create_partner("", "Europe/Roma")

    assert [reason.path for reason in refusal.value.reasons] == ["/name", "/timezone"]
    assert list(house.registry.partners()) == []


def test_of_two_who_read_the_same_partner_the_second_to_change_it_has_to_read_again() -> None:
    house = House()
    partner, _ = house.administration.create_partner("Shop")
    house.administration.change(partner, name="Other")

    with pytest.raises(Conflict):
        house.administration.change(partner, lenient=True)


def test_a_partner_says_which_applications_its_notifications_go_to() -> None:
    house = House()
    partner, _ = house.administration.create_partner("Shop")

    changed = house.administration.change(partner, push_applications=(APPLICATION,))

    assert house.partners.find(partner.partner_id) == changed
    assert changed.push_applications == (APPLICATION,)


@pytest.mark.parametrize("arn", ["", APPLICATION.replace(":app/", ":endpoint/"), f"{APPLICATION}/x", "arn:aws:sqs:x"])
def test_what_is_no_application_is_refused_by_its_place(arn: str) -> None:
    house = House()
    partner, _ = house.administration.create_partner("Shop")

    with pytest.raises(Invalid) as refusal:
        house.administration.change(partner, push_applications=(APPLICATION, arn))

    assert [reason.path for reason in refusal.value.reasons] == ["/push_applications/1"]
    assert house.partners.find(partner.partner_id) == partner
