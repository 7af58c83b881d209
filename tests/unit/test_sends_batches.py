"""The matches of a run: each is told done or not, also of those whose webhooks went out together."""

import pytest

from signalbox.domain.contents import WebhookContent
from signalbox.domain.decisions import CLAIM_LEASE, Match, Outcome
from signalbox.domain.errors import Misconfigured
from signalbox.observability import Telemetry
from signalbox.sends_batches import SendsBatches
from tests.unit import makers
from tests.unit.makers import PARTNER_ID
from tests.unit.sending import House
from tests.unit.webhooks import destination


@pytest.fixture
def house() -> House:
    """A house whose flow `flow_1` sends e-mail and whose `posting` sends webhooks, three in a POST."""
    house = House()
    house.destinations.by_id[PARTNER_ID, "destination_1"] = destination(batch_size=3)
    house.registry.save_flow(makers.flow(flow_id="posting", content=WebhookContent("destination_1", "{}")))
    return house


def matches(house: House, *flow_ids: str) -> list[Match]:
    """Let as many things happen, each to somebody else, and be found for these flows."""
    found = []
    for number, flow_id in enumerate(flow_ids):
        event = makers.event(event_id=f"event-{number}", identity=f"person-{number}@example.org")
        house.events.append(event, 1)
        found.append(makers.match(flow_id=flow_id, event_id=event.event_id, identity=event.identity))
    return found


def batches(house: House, times_left: int = 1000) -> SendsBatches:
    left = iter(range(times_left))
    return SendsBatches(house.service, Telemetry("send"), lambda: next(left, None) is not None)


def outcomes(house: House, some: list[Match]) -> list[Outcome | None]:
    found = [house.deliveries.find(PARTNER_ID, each.flow_id, each.event_id) for each in some]
    return [each.outcome if each else None for each in found]


def test_e_mails_and_webhooks_of_one_run_are_done(house: House) -> None:
    some = matches(house, "flow_1", "posting", "flow_1", "posting", "posting", "posting")

    assert batches(house).do_all(some) == [True] * 6

    assert outcomes(house, some) == [Outcome.SENT] * 6
    assert sorted(len(message.message_ids) for _, message in house.webhooks.sent) == [1, 3]


def test_the_matches_of_a_post_that_must_come_again_are_not_done(house: House) -> None:
    house.webhooks.faults = [Misconfigured("a person must act")]
    some = matches(house, "posting", "flow_1", "posting", "posting")

    assert batches(house).do_all(some) == [False, True, False, False]

    assert outcomes(house, some) == [Outcome.DEFERRED, Outcome.SENT, Outcome.DEFERRED, Outcome.DEFERRED]


def test_a_decision_that_somebody_changed_brings_its_own_match_again(house: House) -> None:
    some = matches(house, "posting", "posting")
    lost = PARTNER_ID, "posting", "event-1"

    class Changing:
        def send(self, *_: object) -> None:
            house.deliveries.decisions.pop(lost)

    house.service = house.service_with(webhooks=Changing())

    assert batches(house).do_all(some) == [True, False]


def test_webhooks_that_found_no_time_come_again_and_are_sent_then(house: House) -> None:
    some = matches(house, "posting", "posting")

    hurried = batches(house, times_left=2).do_all(some)
    left_behind = outcomes(house, some)
    house.clock.pass_time(CLAIM_LEASE)

    assert hurried == [False, False]
    assert left_behind == [Outcome.IN_FLIGHT] * 2
    assert batches(house).do_all(some) == [True, True]
    assert outcomes(house, some) == [Outcome.SENT] * 2


def test_a_match_that_came_twice_in_a_run_is_done_once(house: House) -> None:
    (match,) = matches(house, "posting")
    twin = makers.match(flow_id="posting", event_id="event-0", identity=match.identity)

    assert batches(house).do_all([match, twin]) == [True, False]

    assert len(house.webhooks.sent) == 1
