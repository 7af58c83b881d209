"""Authoring: what may be created where, versions, and what a launch demands."""

from datetime import timedelta

import pytest

from signalbox.domain.errors import Conflict, Forbidden, Invalid, Reason
from signalbox.domain.flows import EmailContent, FlowStatus
from signalbox.domain.partners import Environment, authenticates
from signalbox.services.authoring import Authoring
from tests.fakes.others import FakeClock, FakeIds, FakeRenderer
from tests.fakes.stores import FakeCursors, FakePartners, FakeRegistry
from tests.unit.makers import NOON, PARTNER_ID

CONTENT = EmailContent(subject="Hello {{ contact.firstName }}", text="Hello")


class EchoCompiler:
    """Refuses the word DROP and shouts the rest."""

    def compile(self, sql: str, dialect: str) -> str:
        if "drop" in sql.lower():
            raise Invalid([Reason("/sql", "expected one SELECT, not DROP")])
        return sql.upper()


class House:
    def __init__(self, environment: Environment = Environment.PRODUCTION) -> None:
        self.partners = FakePartners()
        self.cursors = FakeCursors()
        self.registry = FakeRegistry(self.partners, self.cursors)
        self.service = Authoring(
            clock=FakeClock(NOON),
            ids=FakeIds(),
            definitions=self.registry,
            compiler=EchoCompiler(),
            renderer=FakeRenderer(),
            environment=environment,
        )


@pytest.fixture
def house() -> House:
    return House()


def test_a_new_partners_secret_opens_its_door_and_is_not_kept(house: House) -> None:
    partner, secret = house.service.create_partner("Shop")

    stored = house.partners.find(partner.partner_id)
    assert authenticates(stored, secret)
    assert secret not in repr(stored)


def test_a_commit_keeps_the_authors_words_and_the_engines(house: House) -> None:
    trigger = house.service.commit_trigger(PARTNER_ID, "Carts", "select 1")

    assert (trigger.version, trigger.sql, trigger.compiled_sql) == (1, "select 1", "SELECT 1")
    assert house.registry.trigger(PARTNER_ID, trigger.trigger_id) == trigger


def test_the_next_commit_of_a_trigger_is_its_next_version(house: House) -> None:
    first = house.service.commit_trigger(PARTNER_ID, "Carts", "select 1")

    second = house.service.commit_trigger(PARTNER_ID, "Carts", "select 2", trigger_id=first.trigger_id)

    assert second.version == 2
    assert house.registry.trigger(PARTNER_ID, first.trigger_id) == second


def test_a_query_that_is_refused_is_not_committed(house: House) -> None:
    with pytest.raises(Invalid, match="DROP"):
        house.service.commit_trigger(PARTNER_ID, "Carts", "drop table events")

    assert not house.registry.triggers


@pytest.mark.parametrize("lookback", [timedelta(seconds=-1), timedelta(days=30, seconds=1)])
def test_a_lookback_outside_thirty_days_is_refused(house: House, lookback: timedelta) -> None:
    with pytest.raises(Invalid, match="0 to 30 days"):
        house.service.commit_trigger(PARTNER_ID, "Carts", "select 1", lookback=lookback)


def test_the_trigger_of_another_partner_cannot_be_committed_to(house: House) -> None:
    theirs = house.service.commit_trigger("partner_2", "Carts", "select 1")

    with pytest.raises(Invalid, match="no such trigger"):
        house.service.commit_trigger(PARTNER_ID, "Carts", "select 2", trigger_id=theirs.trigger_id)


def test_a_launched_flow_is_live_from_now_on(house: House) -> None:
    trigger = house.service.commit_trigger(PARTNER_ID, "Carts", "select 1")
    draft = house.service.create_flow(PARTNER_ID, "Welcome", trigger.trigger_id, CONTENT)

    live = house.service.launch_flow(draft)

    assert (draft.status, live.status, live.version) == (FlowStatus.DRAFT, FlowStatus.LIVE, 2)
    assert house.registry.of_partner(PARTNER_ID) == [(live, trigger)]
    assert house.cursors.of_partner(PARTNER_ID)[live.flow_id].position == NOON
    assert list(house.registry.partner_ids()) == [PARTNER_ID]


def test_a_launch_names_everything_that_stands_in_its_way(house: House) -> None:
    draft = house.service.create_flow(PARTNER_ID, "Welcome", "trigger_9", EmailContent(subject="Hello {{ contact"))

    with pytest.raises(Invalid) as refusal:
        house.service.launch_flow(draft)

    assert [reason.path for reason in refusal.value.reasons] == ["/subject", "/content", "/trigger_id"]
    assert not house.registry.live_partner_ids


def test_a_flow_is_launched_once(house: House) -> None:
    trigger = house.service.commit_trigger(PARTNER_ID, "Carts", "select 1")
    draft = house.service.create_flow(PARTNER_ID, "Welcome", trigger.trigger_id, CONTENT)
    live = house.service.launch_flow(draft)

    with pytest.raises(Conflict):
        house.service.launch_flow(draft)
    with pytest.raises(Invalid, match="this flow is live"):
        house.service.launch_flow(live)


def test_staging_takes_partners_but_no_triggers_and_no_flows() -> None:
    house = House(Environment.STAGING)
    house.service.create_partner("Shop")

    with pytest.raises(Forbidden, match="production only"):
        house.service.commit_trigger(PARTNER_ID, "Carts", "select 1")
    with pytest.raises(Forbidden, match="production only"):
        house.service.create_flow(PARTNER_ID, "Welcome", "trigger_1", CONTENT)
