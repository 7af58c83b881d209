"""Partners and what is kept of them; test_secrets tells how secrets are rotated and revoked."""

from signalbox.domain.partners import authenticates
from tests.unit.authoring import House


def test_a_new_partners_secret_opens_its_door_and_is_not_kept() -> None:
    house = House()

    partner, secret = house.administration.create_partner("Shop")

    stored = house.partners.find(partner.partner_id)
    assert authenticates(stored, secret)
    assert secret not in repr(stored)
