"""Secrets: two live while a partner rotates, and a revoked one refused everywhere within sixty seconds."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from signalbox.adapters.cached_partners import CachedPartners
from signalbox.domain.errors import Conflict, Invalid, Unauthorized
from signalbox.domain.partners import Partner, authenticates
from signalbox.domain.submissions import Acceptance
from signalbox.services.ingestion import Ingestion
from signalbox.services.partner_administration import PartnerAdministration
from tests.fakes.others import FakeIds
from tests.fakes.stores import FakeCursors, FakeRegistry
from tests.unit import makers
from tests.unit.ingesting import Door

MINUTE = timedelta(seconds=60)
MS = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Machine:
    """One process that takes events in, with what it remembers of partners."""

    service: Ingestion

    def takes(self, partner_id: str, secret: str) -> bool:
        submission = makers.submission(partner_id=partner_id, secret=secret)
        try:
            return self.service.accept(submission) is Acceptance.STORED
        except Unauthorized:
            return False


class House:
    """The registry, who writes it, and machines that read it."""

    def __init__(self) -> None:
        self.door = Door()
        self.registry = FakeRegistry(self.door.partners, FakeCursors())
        self.administration = self.administration_over(self.registry)
        self.partner, self.first = self.administration.create_partner("Shop")

    @property
    def partner_id(self) -> str:
        return self.partner.partner_id

    def administration_over(self, registry: FakeRegistry) -> PartnerAdministration:
        return PartnerAdministration(clock=self.door.clock, ids=FakeIds(), definitions=registry)

    def machine(self) -> Machine:
        return Machine(self.door.service(partners=CachedPartners(self.door.partners, self.door.clock)))


@pytest.fixture
def house() -> House:
    return House()


def test_two_secrets_are_live_while_a_partner_rotates_and_then_one(house: House) -> None:
    _, second = house.administration.issue_secret(house.partner_id)

    assert [house.machine().takes(house.partner_id, each) for each in (house.first, second)] == [True, True]

    house.administration.revoke_secret(house.partner_id, house.partner.secrets[0].secret_id)

    assert [house.machine().takes(house.partner_id, each) for each in (house.first, second)] == [False, True]


def test_a_third_secret_is_not_issued_until_one_is_revoked(house: House) -> None:
    issued, _ = house.administration.issue_secret(house.partner_id)
    with pytest.raises(Invalid, match="revoke one first"):
        house.administration.issue_secret(house.partner_id)

    house.administration.revoke_secret(house.partner_id, issued.secret_id)
    _, third = house.administration.issue_secret(house.partner_id)

    assert house.machine().takes(house.partner_id, third)


def test_a_revoked_secret_is_refused_everywhere_after_sixty_seconds_at_the_latest(house: House) -> None:
    machines = [house.machine() for _ in range(3)]
    for machine in machines:
        assert machine.takes(house.partner_id, house.first)
        house.door.clock.pass_time(timedelta(seconds=7))

    house.administration.revoke_secret(house.partner_id, house.partner.secrets[0].secret_id)
    for machine in machines:
        machine.takes(house.partner_id, house.first)
    house.door.clock.pass_time(MINUTE)

    assert [machine.takes(house.partner_id, house.first) for machine in machines] == [False] * 3


def test_a_secret_that_is_used_all_the_time_is_refused_sixty_seconds_after_it_was_revoked(house: House) -> None:
    machine = house.machine()
    machine.takes(house.partner_id, house.first)
    house.administration.revoke_secret(house.partner_id, house.partner.secrets[0].secret_id)

    taken_for = 0
    while machine.takes(house.partner_id, house.first):
        house.door.clock.pass_time(timedelta(seconds=1))
        taken_for += 1

    assert taken_for <= 60


def test_a_new_secret_works_everywhere_at_once(house: House) -> None:
    machine = house.machine()
    machine.takes(house.partner_id, house.first)

    _, second = house.administration.issue_secret(house.partner_id)

    assert machine.takes(house.partner_id, second)


def test_a_secret_is_nobody_elses_and_all_of_them_can_be_revoked(house: House) -> None:
    other, others = house.administration.create_partner("Other")

    house.administration.revoke_secret(house.partner_id, house.partner.secrets[0].secret_id)

    machine = house.machine()
    assert not machine.takes(house.partner_id, house.first)
    assert not machine.takes(house.partner_id, others)
    assert machine.takes(other.partner_id, others)


def test_neither_the_secret_of_another_partner_nor_one_that_is_not_there_is_revoked(house: House) -> None:
    other, _ = house.administration.create_partner("Other")

    for partner_id, secret_id in (
        (house.partner_id, other.secrets[0].secret_id),
        (house.partner_id, "secret_none"),
        ("partner_none", "secret_none"),
    ):
        with pytest.raises(Invalid):
            house.administration.revoke_secret(partner_id, secret_id)

    assert house.registry.partner(house.partner_id) == house.partner


def test_a_secret_is_stored_only_as_its_digest(house: House) -> None:
    live, second = house.administration.issue_secret(house.partner_id)

    stored = house.registry.partner(house.partner_id)
    assert stored is not None
    assert live in stored.secrets
    assert second not in repr(stored)
    assert house.first not in repr(stored)


def test_every_secret_has_a_key_of_its_own(house: House) -> None:
    live, _ = house.administration.issue_secret(house.partner_id)

    assert live.digest.key != house.partner.secrets[0].digest.key
    assert live.secret_id != house.partner.secrets[0].secret_id


def test_of_two_people_who_change_a_partner_at_once_the_second_has_to_look_again(house: House) -> None:
    class ChangedMeanwhile(FakeRegistry):
        def partner(self, partner_id: str) -> Partner | None:
            read = super().partner(partner_id)
            assert read is not None
            house.administration.change(read, lenient=True)
            return read

    late = house.administration_over(ChangedMeanwhile(house.door.partners, FakeCursors()))

    with pytest.raises(Conflict):
        late.issue_secret(house.partner_id)
    with pytest.raises(Conflict):
        late.revoke_secret(house.partner_id, house.partner.secrets[0].secret_id)

    stored = house.registry.partner(house.partner_id)
    assert authenticates(stored, house.first)


def test_a_disabled_partner_keeps_its_secrets_for_the_day_it_is_enabled(house: House) -> None:
    disabled = house.administration.change(house.partner, enabled=False, lenient=True)
    house.administration.change(disabled, enabled=True, lenient=False)

    assert (disabled.enabled, disabled.lenient, disabled.version) == (False, True, 2)
    assert house.machine().takes(house.partner_id, house.first)
