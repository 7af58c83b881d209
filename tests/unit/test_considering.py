"""Considering a flow that is not live as if it were: the same verdict, and nothing is written."""

import pytest

from signalbox.domain.decisions import Outcome, SkipReason
from signalbox.domain.flows import FlowStatus
from signalbox.services.considering import Considering
from tests.unit import makers
from tests.unit.sending import ANA, CONSIDERING, House


@pytest.fixture
def house() -> House:
    return House()


def considering(house: House) -> Considering:
    return Considering(public_url="https://api.example", **{name: house.ports[name] for name in CONSIDERING})


@pytest.mark.parametrize("status", FlowStatus)
def test_a_flow_is_judged_as_if_it_were_live_and_the_one_that_is_stored_is_not_asked(
    house: House, status: FlowStatus
) -> None:
    house.registry.flows.clear()
    draft = makers.flow(status=status, version=7)

    considered = considering(house).consider(makers.match(), as_flow=draft)

    assert considered.judgement.outcome is Outcome.IN_FLIGHT
    assert considered.message is not None
    assert considered.flow_version == 7
    assert not house.deliveries.decisions
    assert not house.channel.sent


def test_a_draft_is_judged_by_all_that_is_known_of_the_contact(house: House) -> None:
    house.contacts.suppressions[ANA] = frozenset({"manual"})

    considered = considering(house).consider(makers.match(), as_flow=makers.flow(status=FlowStatus.DRAFT))

    assert considered.judgement.reason is SkipReason.SUPPRESSED


def test_nothing_of_a_partner_that_is_gone_can_be_judged(house: House) -> None:
    house.partners.by_id.clear()

    considered = considering(house).consider(makers.match(), as_flow=makers.flow())

    assert considered.message is None
