"""Why is whole: whatever sending decides, an explanation by event and by address holds all of it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import time, timedelta

import pytest

from signalbox.domain.branches import Branch, Branches, DefaultBranch
from signalbox.domain.content import ContentProblem
from signalbox.domain.coverage import Coverage
from signalbox.domain.decisions import CLAIM_LEASE, Decision, ExitVerdict, Outcome, SkipReason
from signalbox.domain.errors import Ambiguous, Misconfigured, Rejected, SignalboxError, Transient
from signalbox.domain.events import Event
from signalbox.domain.experiments import HOLDOUT, Experiment, Variant
from signalbox.domain.explanations import Explanation, FlowAnswer
from signalbox.domain.feedback import ProviderNews
from signalbox.domain.flows import FlowStatus, PauseMode, SegmentFilter
from signalbox.domain.frequency import ReEntry
from signalbox.domain.partners import FrequencyCap
from signalbox.domain.quiet_hours import QuietHours, QuietMode
from signalbox.domain.suppressions import Scope, Suppression, SuppressionReason
from signalbox.domain.waits import ExitCondition, Wait
from tests.fakes.others import Crash, Crashing
from tests.unit import makers
from tests.unit.explaining import WhyHouse
from tests.unit.makers import NOON, PARTNER_ID
from tests.unit.sending import ANA, APPLICATION, ENDPOINT, NUMBER
from tests.unit.test_sending_channels import CONTENTS, die_over, know
from tests.unit.webhooks import destination

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SIESTA = QuietHours(time(12), time(16))

type World = Callable[[WhyHouse], None]


def world(**flow: object) -> World:
    """Change the flow before its match comes."""

    def happen(house: WhyHouse) -> None:
        house.change_flow(**flow)
        house.service.send(makers.match())

    return happen


def channel_says(fault: Exception) -> World:
    """Let the channel fail."""

    def happen(house: WhyHouse) -> None:
        house.channel.faults = [fault]
        with suppress(SignalboxError):
            house.service.send(makers.match())

    return happen


def over(channel: str) -> World:
    """Let the message go over this channel."""

    def happen(house: WhyHouse) -> None:
        reachable(house)
        house.change_flow(content=CONTENTS[channel])
        house.service.send(makers.match())

    return happen


def content_says(reason: SkipReason) -> World:
    """Let the rendering fail."""

    def happen(house: WhyHouse) -> None:
        house.renderer.problem = ContentProblem(reason, "contact.tier")
        house.service.send(makers.match())

    return happen


def reachable(house: WhyHouse) -> None:
    """Let the contact have an address, and the partner what it takes, for every channel."""
    house.partners.by_id[PARTNER_ID] = makers.partner(push_applications=(APPLICATION,))
    house.destinations.save(destination())
    know(house, phone=f'"{NUMBER}"', push_endpoint_arn=f'"{ENDPOINT}"')


def taken_over(house: WhyHouse) -> None:
    reachable(house)
    die_over(house, "webhook")
    house.service.send(makers.match())


def suppressed(house: WhyHouse) -> None:
    house.suppressions.add(Suppression(*ANA, SuppressionReason.MANUAL, Scope.ALL, NOON, "somebody"))
    house.service.send(makers.match())


def nobody(house: WhyHouse) -> None:
    house.service.send(makers.match(identity=None))


def too_old(house: WhyHouse) -> None:
    house.clock.pass_time(100 * HOUR)
    house.service.send(makers.match())


def left_the_wait(house: WhyHouse) -> None:
    house.change_flow(wait=Wait(HOUR, ExitCondition("SELECT identity, event_id FROM event_triggers")))
    house.clock.pass_time(2 * HOUR)
    now = house.clock.now()
    house.service.send(makers.match(exit=ExitVerdict(now, settled=now, left_by="event-2")))


def discarded(house: WhyHouse) -> None:
    house.service.send(makers.match(is_discarded=True))


def capped(house: WhyHouse) -> None:
    house.partners.by_id[PARTNER_ID] = makers.partner(caps=(FrequencyCap("email", 1, DAY),))
    house.registry.save_flow(makers.flow(flow_id="flow_2"))
    house.service.send(makers.match(flow_id="flow_2"))
    house.service.send(makers.match())


def entered(house: WhyHouse) -> None:
    house.change_flow(re_entry=ReEntry.once())
    house.events.append(makers.event(event_id="event-0", received_at=NOON - HOUR), 1)
    house.service.send(makers.match(event_id="event-0", received_at=NOON - HOUR))
    house.service.send(makers.match())


def in_flight(house: WhyHouse) -> None:
    dies = Crashing(house.deliveries, lambda name, point: (name, point) == ("claim", "after"))
    with suppress(Crash):
        house.service_with(deliveries=dies).send(makers.match())


def abandoned(house: WhyHouse) -> None:
    in_flight(house)
    house.clock.pass_time(CLAIM_LEASE)
    house.service.send(makers.match())


def told_by_the_provider(house: WhyHouse) -> None:
    sent = house.service.send(makers.match())
    told = sent.feedback.with_one(ProviderNews.DELIVERED, NOON).with_one(ProviderNews.UNSUBSCRIBED, NOON)
    house.deliveries.settle(sent, replace(sent, feedback=told))


def sent_after_two_tries(house: WhyHouse) -> None:
    house.channel.faults = [Transient("slow down")]
    house.service.send(makers.match())
    house.service.send(makers.match())


def of_an_event_that_is_not_stored(house: WhyHouse) -> None:
    house.service.send(makers.match(event_id="event-1", received_at=None))


WORLDS: dict[str, World] = {
    **{f"sent over {channel}": over(channel) for channel in CONTENTS},
    "a webhook that was taken over": taken_over,
    "no address": world(content=CONTENTS["sms"]),
    "sent in an arm": world(experiment=Experiment("experiment_1", (Variant("a", 1),))),
    "told of by the provider": told_by_the_provider,
    "sent after two tries": sent_after_two_tries,
    "of an event that is not stored": of_an_event_that_is_not_stored,
    "held out": world(experiment=Experiment("experiment_1", (Variant("a", 1),), holdout_percent=100)),
    "too old": too_old,
    "nobody": nobody,
    "suppressed": suppressed,
    "a segment": world(segment_filter=SegmentFilter(["vip"], mode=SegmentFilter().mode.INCLUDE_ANY)),
    "entered already": entered,
    "capped": capped,
    "quiet": world(quiet_hours=replace(SIESTA, mode=QuietMode.DROP)),
    "held by quiet hours": world(quiet_hours=SIESTA),
    "waits": world(wait=Wait(2 * HOUR)),
    "left its wait": left_the_wait,
    "stopped and discarded": discarded,
    "no branch": world(branches=Branches((Branch("Gold", "gold"),))),
    "a branch lacks a value": content_says(SkipReason.CONTENT_MISSING_VALUE),
    "the content fails": content_says(SkipReason.CONTENT_ERROR),
    "the content skips": content_says(SkipReason.SKIP_ACTION),
    "a content that is gone": world(branches=Branches(default=DefaultBranch(content_id="gone"))),
    "refused by the channel": channel_says(Rejected("no such mailbox")),
    "not taken for now": channel_says(Transient("slow down")),
    "for a person to mend": channel_says(Misconfigured("not verified")),
    "no answer": channel_says(Ambiguous("cut off")),
    "in flight": in_flight,
    "abandoned": abandoned,
    "paused and held": world(status=FlowStatus.PAUSED, pause_mode=PauseMode.HOLD),
    "paused and dropped": world(status=FlowStatus.PAUSED, pause_mode=PauseMode.DROP),
    "ended": world(status=FlowStatus.ENDED),
}

SAID = {
    "email": {"subject": "Hello", "text": "Hello"},
    "webhook": {"data": '{"hello":1}'},
    "sms": {"text": "Hello"},
    "push": {"title": "Hello", "text": "You", "values/cart": "7"},
}


def decided(happen: World) -> tuple[WhyHouse, Decision]:
    house = WhyHouse()
    happen(house)
    decision = house.deliveries.find(PARTNER_ID, "flow_1", "event-1")
    assert decision is not None
    return house, decision


def answer_in(explanation: Explanation) -> tuple[Event | None, FlowAnswer]:
    """Give what is told of event-1 and of what the flow made of it; each is told once."""
    [event] = [each for each in explanation.events if each.event_id == "event-1"]
    [answer] = [each for each in event.flows if each.flow_id == "flow_1"]
    return event.event, answer


@pytest.mark.parametrize("happen", WORLDS.values(), ids=WORLDS.keys())
def test_every_decision_is_told_whole_by_its_event_and_by_its_person(happen: World) -> None:
    house, decision = decided(happen)

    explanations = [house.why().of_event(PARTNER_ID, "event-1", period=7 * DAY)]
    if decision.identity is not None:
        explanations.append(house.why().of_address(PARTNER_ID, "ANA@Example.org ", period=7 * DAY))

    for explanation in explanations:
        event, answer = answer_in(explanation)
        assert event == makers.event()
        assert answer.decision == decision
        assert decision.trace
        assert answer.flow == house.registry.flows[PARTNER_ID, "flow_1"]
        assert (answer.covered.coverage, answer.covered.trigger_versions) == (Coverage.DECIDED, [1])
        assert answer.message == (house.messages.find(PARTNER_ID, "flow_1", "event-1") if decision.tries else None)
        assert explanation.contact is not None
        assert explanation.contact.view == house.contacts.view(*ANA)
        assert explanation.contact.suppressions == house.suppressions.of_contact(*ANA)
        assert explanation.shortfalls == []


def test_the_worlds_come_to_every_outcome_and_every_reason() -> None:
    decisions = [decided(happen)[1] for happen in WORLDS.values()]

    assert {each.outcome for each in decisions} == set(Outcome)
    assert {each.reason for each in decisions if each.reason} == set(SkipReason)
    assert {each.channel for each in decisions if each.outcome is Outcome.SENT} == set(CONTENTS)
    assert HOLDOUT in {each.arm for each in decisions}


@pytest.mark.parametrize("channel", CONTENTS)
def test_what_a_message_said_is_told_with_its_decision(channel: str) -> None:
    house, decision = decided(over(channel))

    message = answer_in(house.why().of_event(PARTNER_ID, "event-1"))[1].message

    assert message is not None
    assert (message.channel, message.rendered_at) == (channel, decision.decided_at)
    assert message.parts == SAID[channel]
