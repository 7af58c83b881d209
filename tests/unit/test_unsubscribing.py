"""An unsubscribe link that is used: it suppresses, and the decision whose message it came with tells so."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signalbox.domain.decision_names import DecisionName
from signalbox.domain.decisions import Decision, Outcome
from signalbox.domain.errors import Conflict
from signalbox.domain.feedback import Occurrences, ProviderNews
from signalbox.domain.unsubscribing import token_of
from signalbox.services.preferences import Preferences
from signalbox.services.sending import Sending
from signalbox.services.suppressing import Suppressing
from tests.fakes.stores import FakeDeliveries, FakeSuppressions
from tests.unit import makers
from tests.unit.makers import PARTNER_ID
from tests.unit.sending import ANA, House

TOKEN = token_of(DecisionName.of(PARTNER_ID, "flow_1", "event-1"), makers.partner().signing_key)


@pytest.fixture
def house() -> House:
    return House()


def preferences(house: House, deliveries: Any) -> Preferences:
    suppressing = Suppressing(clock=house.clock, suppressions=FakeSuppressions(house.contacts))
    return Preferences(clock=house.clock, partners=house.partners, deliveries=deliveries, suppressing=suppressing)


def standing(house: House) -> Decision:
    decision = house.deliveries.find(PARTNER_ID, "flow_1", "event-1")
    assert decision is not None
    return decision


def sent(house: House) -> Sending:
    house.service.send(makers.match())
    return house.service


def test_the_decision_tells_when_its_link_was_used_first(house: House) -> None:
    sent(house)
    at = house.clock.now()
    service = preferences(house, house.deliveries)

    service.unsubscribe(TOKEN)
    house.clock.pass_time(timedelta(hours=1))
    service.unsubscribe(TOKEN)

    assert standing(house).feedback.by_news == {ProviderNews.UNSUBSCRIBED: Occurrences(1, at, (at,))}
    assert house.contacts.suppressions[ANA] == {"unsubscribed:email"}


@pytest.mark.parametrize("outcome", set(Outcome) - {Outcome.SENT, Outcome.UNKNOWN})
def test_a_decision_whose_message_did_not_leave_is_left_alone(house: House, outcome: Outcome) -> None:
    sent(house)
    before = standing(house)
    other = replace(before, outcome=outcome)
    house.deliveries.settle(before, other)

    preferences(house, house.deliveries).unsubscribe(TOKEN)

    assert standing(house) == other
    assert house.contacts.suppressions[ANA] == {"unsubscribed:email"}


class Contended(FakeDeliveries):
    """Lets the provider tell something first, so many times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def settle(self, standing: Decision, following: Decision) -> None:
        if self.times:
            self.times -= 1
            told = standing.feedback.with_one(ProviderNews.OPENED, makers.NOON + timedelta(seconds=self.times))
            super().settle(standing, replace(standing, feedback=told))
            raise Conflict
        super().settle(standing, following)


@pytest.mark.parametrize(("times", "is_told"), [(2, True), (3, False)])
def test_what_the_provider_tells_meanwhile_is_kept(house: House, times: int, *, is_told: bool) -> None:
    sent(house)
    deliveries = Contended(times)
    deliveries.decisions = house.deliveries.decisions

    answer = preferences(house, deliveries).unsubscribe(TOKEN)

    told = standing(house).feedback.by_news
    assert answer is not None
    assert told[ProviderNews.OPENED].count == times
    assert (ProviderNews.UNSUBSCRIBED in told) is is_told
