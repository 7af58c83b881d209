"""Webhooks for one destination go out together, while each decision is claimed and ended by itself."""

import json

import pytest

from signalbox.domain.contents import WebhookContent
from signalbox.domain.decisions import CLAIM_LEASE, Decision, Match, Outcome
from signalbox.domain.errors import Gone, Rejected, SignalboxError, Throttled, Transient
from signalbox.domain.webhooks import WebhookMessage
from signalbox.services.sending import Claimed, Sending, together
from tests.fakes.others import Crash, Crashing, CrashPlan, never
from tests.unit import makers
from tests.unit.makers import PARTNER_ID
from tests.unit.sending import House
from tests.unit.webhooks import destination

TO_ONE = WebhookContent("destination_1", "{}")


@pytest.fixture
def house() -> House:
    house = House()
    register(house, batch_size=3)
    house.change_flow(content=TO_ONE)
    return house


def register(house: House, destination_id: str = "destination_1", **changes: object) -> None:
    house.destinations.by_id[PARTNER_ID, destination_id] = destination(destination_id=destination_id, **changes)


def matches(house: House, count: int, **changes: object) -> list[Match]:
    for number in range(count):
        house.events.append(makers.event(event_id=f"event-{number}"), 1)
    return [makers.match(event_id=f"event-{number}", **changes) for number in range(count)]


def send_all(service: Sending, some: list[Match]) -> list[Decision | SignalboxError]:
    """Do as the send function does: begin with each, then finish what goes together."""
    begun = [service.begin(match) for match in some]
    claimed = [each for each in begun if isinstance(each, Claimed)]
    decided: list[Decision | SignalboxError] = [each for each in begun if not isinstance(each, Claimed)]
    return decided + [result for group in together(claimed) for result in service.finish(group)]


def outcomes(house: House, count: int) -> list[Outcome]:
    found = [house.deliveries.find(PARTNER_ID, "flow_1", f"event-{number}") for number in range(count)]
    return [each.outcome for each in found if each]


def payload_ids(message: WebhookMessage) -> list[str]:
    said = json.loads(message.body)
    assert [each["id"] for each in said["batch"]] == list(message.message_ids)
    return list(message.message_ids)


def posts(house: House) -> list[WebhookMessage]:
    return [message for _, message in house.webhooks.sent]


def test_matches_for_one_destination_go_out_in_as_few_posts_as_it_takes(house: House) -> None:
    results = send_all(house.service, matches(house, 7))

    assert [each.outcome for each in results if isinstance(each, Decision)] == [Outcome.SENT] * 7
    assert [len(payload_ids(message)) for message in posts(house)] == [3, 3, 1]
    assert len({each for message in posts(house) for each in message.message_ids}) == 7


def test_a_destination_that_takes_one_at_a_time_gets_one_at_a_time(house: House) -> None:
    register(house, batch_size=1)

    send_all(house.service, matches(house, 3))

    assert [len(message.message_ids) for message in posts(house)] == [1, 1, 1]


def test_destinations_get_nothing_of_each_other(house: House) -> None:
    register(house, "destination_2", batch_size=3)
    house.registry.save_flow(makers.flow(flow_id="flow_2", content=WebhookContent("destination_2", "{}")))
    both = [each for pair in zip(matches(house, 2), matches(house, 2, flow_id="flow_2"), strict=True) for each in pair]

    send_all(house.service, both)

    flows = [
        (sent_to.destination_id, {each["flowId"] for each in json.loads(message.body)["batch"]})
        for sent_to, message in house.webhooks.sent
    ]
    assert flows == [("destination_1", {"flow_1"}), ("destination_2", {"flow_2"})]


def test_a_destination_with_many_posts_lets_others_take_their_turns(house: House) -> None:
    register(house, "destination_2", batch_size=2)
    house.registry.save_flow(makers.flow(flow_id="flow_2", content=WebhookContent("destination_2", "{}")))
    begun = [house.service.begin(each) for each in (*matches(house, 7), *matches(house, 4, flow_id="flow_2"))]

    groups = list(together(each for each in begun if isinstance(each, Claimed)))

    assert [(some[0].decision.flow_id, len(some)) for some in groups] == [
        ("flow_1", 3),
        ("flow_2", 2),
        ("flow_1", 3),
        ("flow_2", 2),
        ("flow_1", 1),
    ]


def test_a_webhook_that_goes_alone_does_not_wait_for_others(house: House) -> None:
    register(house, batch_size=1)

    (begun,) = [house.service.begin(match) for match in matches(house, 1)]

    assert isinstance(begun, Decision)
    assert begun.outcome is Outcome.SENT


def test_an_e_mail_leaves_at_once_and_alone(house: House) -> None:
    house.change_flow(content=makers.flow().content)

    results = [house.service.begin(match) for match in matches(house, 2)]

    assert [each.outcome for each in results if isinstance(each, Decision)] == [Outcome.SENT] * 2
    assert len(house.channel.sent) == 2


def test_each_decision_is_claimed_before_and_a_repeat_of_the_queue_sends_nothing_more(house: House) -> None:
    some = matches(house, 3)
    begun = [house.service.begin(match) for match in some]

    assert outcomes(house, 3) == [Outcome.IN_FLIGHT] * 3
    with pytest.raises(Transient):
        house.service.begin(some[0])
    house.service.finish([each for each in begun if isinstance(each, Claimed)])
    send_all(house.service, some)
    assert len(house.webhooks.sent) == 1


def test_what_a_post_met_is_what_each_of_its_decisions_met(house: House) -> None:
    house.webhooks.faults = [Throttled("answered 429"), Rejected("answered 400")]

    results = send_all(house.service, matches(house, 7))

    assert [each.outcome for each in results if isinstance(each, Decision)] == [
        *[Outcome.DEFERRED] * 3,
        *[Outcome.FAILED] * 3,
        Outcome.SENT,
    ]
    assert sorted(each.match.event_id for each in house.deferrals.kept.values()) == ["event-0", "event-1", "event-2"]


def test_a_destination_that_is_gone_gets_none_of_the_posts_after(house: House) -> None:
    house.webhooks.faults = [Gone("answered 410")]

    results = send_all(house.service, matches(house, 7))

    assert [each.outcome for each in results if isinstance(each, Decision)] == [Outcome.FAILED] * 7
    assert house.webhooks.sent == []


def test_a_decision_that_somebody_changed_meanwhile_holds_up_no_other(house: House) -> None:
    begun = [house.service.begin(match) for match in matches(house, 3)]
    claimed = [each for each in begun if isinstance(each, Claimed)]
    house.deliveries.decisions.pop((PARTNER_ID, "flow_1", "event-1"))

    first, changed, last = house.service.finish(claimed)

    assert isinstance(changed, Transient)
    assert [each.outcome for each in (first, last) if isinstance(each, Decision)] == [Outcome.SENT] * 2


def test_a_message_that_cannot_be_kept_leaves_the_others_of_its_post_to_go(house: House) -> None:
    class Picky:
        def keep(self, message: object) -> None:
            if "event-1" in str(message):
                raise Throttled("slow down")

    results = send_all(house.service_with(messages=Picky()), matches(house, 3))

    assert [each.outcome for each in results if isinstance(each, Decision)] == [
        Outcome.SENT,
        Outcome.DEFERRED,
        Outcome.SENT,
    ]
    assert [len(payload_ids(message)) for message in posts(house)] == [2]


@pytest.mark.parametrize("call", range(110))
def test_wherever_a_worker_dies_every_payload_arrives_under_its_own_name(house: House, call: int) -> None:
    some = matches(house, 5)
    calls = iter(range(1000))

    def dying(plan: CrashPlan) -> Sending:
        own = {name: port for name, port in house.ports.items() if name != "clock"}
        return house.service_with(**{name: Crashing(port, plan) for name, port in own.items()})

    try:
        send_all(dying(lambda _name, _point: next(calls) == call), some)
    except Crash:
        house.clock.pass_time(CLAIM_LEASE)
    send_all(dying(never), some)

    names = {name for message in posts(house) for name in payload_ids(message)}
    assert outcomes(house, 5) == [Outcome.SENT] * 5
    assert len(names) == 5
