"""Partners and what is kept of them; test_secrets tells how secrets are rotated and revoked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.domain.errors import Invalid
from signalbox.domain.partners import FrequencyCap, authenticates
from tests.unit.authoring import House


def test_a_new_partners_secret_opens_its_door_and_is_not_kept() -> None:
    house = House()

    partner, secret = house.administration.create_partner("Shop")

    stored = house.partners.find(partner.partner_id)
    assert authenticates(stored, secret)
    assert secret not in repr(stored)


def test_a_partner_says_how_often_a_contact_is_messaged_and_whose_time_counts() -> None:
    house = House()
    partner, _ = house.administration.create_partner("Shop")
    caps = [FrequencyCap("email", 2, timedelta(days=1))]

    house.administration.limit_messages(partner.partner_id, timezone="Europe/Rome", caps=caps)

    stored = house.partners.find(partner.partner_id)
    assert stored == replace(partner, version=2, timezone="Europe/Rome", caps=tuple(caps))


def test_limits_that_make_no_sense_are_refused_by_their_paths() -> None:
    house = House()
    partner, _ = house.administration.create_partner("Shop")
    caps = [FrequencyCap("email", 0, timedelta(days=1))]

    with pytest.raises(Invalid) as refusal:
        house.administration.limit_messages(partner.partner_id, timezone="Europe/Roma", caps=caps)

    assert [reason.path for reason in refusal.value.reasons] == ["/caps/0/messages", "/timezone"]
    assert house.partners.find(partner.partner_id) == partner
