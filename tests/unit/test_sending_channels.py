"""Sending over each channel: where its messages go, what stops them, and what becomes of those that fail."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from functools import partial
from typing import Any

import pytest

from signalbox.domain.branches import Branch, Branches, DefaultBranch
from signalbox.domain.contacts import Contact, Trait
from signalbox.domain.contents import Content, EmailContent, PushContent, SmsContent, WebhookContent
from signalbox.domain.decisions import CLAIM_LEASE, Decision, Outcome, SkipReason
from signalbox.domain.errors import (
    Ambiguous,
    Gone,
    Misconfigured,
    NotTried,
    Rejected,
    SignalboxError,
    Throttled,
    Transient,
)
from signalbox.domain.experiments import Experiment, Variant
from signalbox.domain.flows import FlowStatus, PauseMode
from signalbox.domain.frequency import ReEntry
from signalbox.domain.partners import FrequencyCap
from signalbox.domain.quiet_hours import QuietHours
from signalbox.domain.suppressions import Scope, Suppression, SuppressionReason
from signalbox.domain.webhooks import payload_of
from tests.fakes.others import Crash, Crashing
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID
from tests.unit.sending import ANA, APPLICATION, ENDPOINT, NUMBER, House
from tests.unit.webhooks import destination

DAY = timedelta(days=1)
EMAIL = EmailContent("Hello", "Hello")
WEBHOOK = WebhookContent("destination_1", '{"hello":1}')
SMS = SmsContent("Hello")
PUSH = PushContent("Hello", "You", {"cart": "7"})
CONTENTS: dict[str, Content] = {"email": EMAIL, "webhook": WEBHOOK, "sms": SMS, "push": PUSH}
ONCE_ONLY = ["email", "sms", "push"]
each_channel = pytest.mark.parametrize("channel", CONTENTS)
each_once_only = pytest.mark.parametrize("channel", ONCE_ONLY)


@pytest.fixture
def house() -> House:
    house = House()
    house.partners.by_id[PARTNER_ID] = makers.partner(push_applications=(APPLICATION,))
    house.destinations.by_id[PARTNER_ID, "destination_1"] = destination()
    know(house, phone=f'"{NUMBER}"', push_endpoint_arn=f'"{ENDPOINT}"')
    return house


def know(house: House, **traits: str) -> None:
    known = {name: Trait(value, NOON) for name, value in traits.items()}
    house.contacts.profiles[ANA] = Contact(*ANA, known)


def sends(house: House, channel: str, **match: object) -> Decision:
    house.change_flow(content=CONTENTS[channel])
    return house.service.send(makers.match(**match))


def left(house: House) -> dict[str, int]:
    return {name: len(channel.sent) for name, channel in house.channels.items() if channel.sent}


def fail(house: House, channel: str, *faults: SignalboxError) -> None:
    house.channels[channel].faults = list(faults)


@each_channel
def test_a_message_goes_over_its_contents_channel_and_the_decision_names_it(house: House, channel: str) -> None:
    decision = sends(house, channel)

    assert (decision.outcome, decision.channel) == (Outcome.SENT, channel)
    assert left(house) == {channel: 1}
    assert house.deliveries.find(PARTNER_ID, "flow_1", "event-1") == decision


def test_each_channel_gets_what_was_rendered_and_where_to(house: House) -> None:
    for channel in ("webhook", "sms", "push"):
        house.deliveries.decisions.clear()
        sends(house, channel)

    (text,), (note,), ((sent_to, posted),) = house.sms.sent, house.push.sent, house.webhooks.sent
    assert (text.to, text.text, text.is_transactional) == (NUMBER, "Hello", False)
    assert (note.application_arn, note.endpoint_arn) == (APPLICATION, ENDPOINT)
    assert (note.title, note.text, note.values) == ("Hello", "You", {"cart": "7"})
    payload = payload_of(PARTNER_ID, "flow_1", "event-1", NOON, WEBHOOK.data)
    assert sent_to == destination()
    assert (posted.webhook_id, posted.body) == (payload.message_id, payload.text)


def test_a_text_message_of_a_transactional_flow_is_transactional(house: House) -> None:
    house.change_flow(content=SMS, is_transactional=True)

    house.service.send(makers.match())

    assert [message.is_transactional for message in house.sms.sent] == [True]


@pytest.mark.parametrize(
    ("channel", "parts"),
    [
        ("email", {"subject": "Hello", "text": "Hello"}),
        ("webhook", {"data": '{"hello":1}'}),
        ("sms", {"text": "Hello"}),
        ("push", {"title": "Hello", "text": "You", "values/cart": "7"}),
    ],
)
def test_what_a_message_says_is_kept_before_it_leaves(house: House, channel: str, parts: dict[str, str]) -> None:
    house.change_flow(content=CONTENTS[channel])
    service = house.service_with(messages=Crashing(house.messages, lambda name, point: point == "after"))
    with pytest.raises(Crash):
        service.send(makers.match())

    kept = house.messages.find(PARTNER_ID, "flow_1", "event-1")

    assert kept is not None
    assert (kept.channel, kept.parts, kept.rendered_at) == (channel, parts, house.clock.now())
    assert left(house) == {}


@each_channel
def test_a_message_that_cannot_be_kept_does_not_leave_and_is_tried_again(house: House, channel: str) -> None:
    class Full:
        def keep(self, _: object) -> None:
            raise Throttled("slow down")

    house.change_flow(content=CONTENTS[channel])

    decision = house.service_with(messages=Full()).send(makers.match())

    assert decision.outcome is Outcome.DEFERRED
    assert left(house) == {}
    assert house.service.send(makers.match()).outcome is Outcome.SENT


@pytest.mark.parametrize(
    ("content", "trait", "value", "detail"),
    [
        (SMS, "phone", None, "contact.phone is missing"),
        (SMS, "phone", '""', "contact.phone is missing"),
        (SMS, "phone", "491701234567", "contact.phone is not one number in E.164"),
        (SMS, "phone", '"0170 1234567"', "contact.phone is not one number in E.164"),
        (replace(SMS, trait="mobile"), "phone", f'"{NUMBER}"', "contact.mobile is missing"),
        (PUSH, "push_endpoint_arn", None, "contact.push_endpoint_arn is missing"),
        (
            PUSH,
            "push_endpoint_arn",
            f'"{ENDPOINT.replace("shop", "else")}"',
            "contact.push_endpoint_arn is no endpoint of the partner's applications",
        ),
    ],
)
def test_without_an_address_a_message_is_skipped_with_the_traits_name(
    house: House, content: Content, trait: str, value: str | None, detail: str
) -> None:
    know(house, **({} if value is None else {trait: value}))
    house.change_flow(content=content)

    decision = house.service.send(makers.match())

    assert (decision.outcome, decision.reason, decision.detail) == (Outcome.SKIPPED, SkipReason.NO_ADDRESS, detail)
    assert left(house) == {}


def test_the_number_of_the_event_itself_goes_before_the_stored_one(house: House) -> None:
    house.events.append(makers.event(event_id="event-2", body='{"traits":{"phone":"+15550123"}}'), 1)

    sends(house, "sms", event_id="event-2")

    assert [message.to for message in house.sms.sent] == ["+15550123"]


def test_the_number_of_another_persons_event_is_never_used(house: House) -> None:
    body = '{"traits":{"phone":"+15550123"}}'
    house.events.append(makers.event(event_id="event-2", identity="ben@example.org", body=body), 1)

    sends(house, "sms", event_id="event-2")

    assert [message.to for message in house.sms.sent] == [NUMBER]


@pytest.mark.parametrize(
    ("standing", "stopped"),
    [
        ("bounced:email", {"email"}),
        ("bounced:push", {"push"}),
        ("bounced", set(CONTENTS)),
        ("manual:sms", {"sms"}),
        ("manual", set(CONTENTS)),
        ("unsubscribed:email", set(CONTENTS)),
        ("unsubscribed:sms", set(CONTENTS)),
        ("complained:email", set(CONTENTS)),
    ],
)
@each_channel
def test_a_bounce_stops_its_channel_and_a_persons_wish_stops_all(
    house: House, channel: str, standing: str, stopped: set[str]
) -> None:
    house.contacts.suppressions[ANA] = frozenset({standing})

    decision = sends(house, channel)

    assert (decision.reason is SkipReason.SUPPRESSED) is (channel in stopped)
    assert decision.detail == (standing if channel in stopped else None)
    assert decision.channel == channel
    assert left(house) == ({} if channel in stopped else {channel: 1})


@each_channel
def test_a_cap_counts_the_messages_of_its_own_channel(house: House, channel: str) -> None:
    caps = (FrequencyCap(channel, 1, DAY),)
    house.partners.by_id[PARTNER_ID] = makers.partner(push_applications=(APPLICATION,), caps=caps)
    others = [other for other in CONTENTS if other != channel]
    outcomes = {}

    for number, name in enumerate([channel, *others, channel], start=2):
        house.events.append(makers.event(event_id=f"event-{number}"), 1)
        outcomes[number] = sends(house, name, event_id=f"event-{number}").reason

    assert list(outcomes.values()) == [None, None, None, None, SkipReason.FREQUENCY_CAP]


def test_re_entry_counts_a_flows_messages_over_all_its_channels(house: House) -> None:
    house.change_flow(content=SMS, re_entry=ReEntry.once())
    house.service.send(makers.match())
    house.events.append(makers.event(event_id="event-2"), 1)
    house.change_flow(content=EMAIL, re_entry=ReEntry.once())

    assert house.service.send(makers.match(event_id="event-2")).reason is SkipReason.RE_ENTRY


BY_TIER = {
    "content": EMAIL,
    "contents": {"text": SMS},
    "branches": Branches((Branch("Gold", "gold", "text"),), DefaultBranch("Rest")),
}


@pytest.mark.parametrize(("is_gold", "reason"), [(True, SkipReason.FREQUENCY_CAP), (False, None)])
def test_the_channel_of_the_branch_that_holds_is_the_one_that_counts(
    house: House, reason: SkipReason | None, *, is_gold: bool
) -> None:
    caps = (FrequencyCap("sms", 1, DAY),)
    house.partners.by_id[PARTNER_ID] = makers.partner(caps=caps)
    sends(house, "sms")
    house.events.append(makers.event(event_id="event-2"), 1)
    house.change_flow(**BY_TIER)
    house.conditions.holding = {"gold"} if is_gold else set()

    assert house.service.send(makers.match(event_id="event-2")).reason is reason


def test_a_bounced_e_mail_address_does_not_keep_the_text_message_of_a_branch_back(house: House) -> None:
    house.contacts.suppressions[ANA] = frozenset({"bounced:email"})
    house.change_flow(**BY_TIER)
    house.conditions.holding = {"gold"}

    assert house.service.send(makers.match()).channel == "sms"
    assert left(house) == {"sms": 1}


def test_an_arm_of_an_experiment_may_have_a_channel_of_its_own(house: House) -> None:
    only = Experiment("experiment_1", (Variant("b", 1, "text"),))
    house.contacts.suppressions[ANA] = frozenset({"bounced:email"})
    house.change_flow(content=EMAIL, contents={"text": SMS}, experiment=only)

    decision = house.service.send(makers.match())

    assert (decision.outcome, decision.channel, decision.arm) == (Outcome.SENT, "sms", "b")


@each_once_only
def test_a_message_whose_answer_was_lost_is_unknown_and_never_sent_again(house: House, channel: str) -> None:
    fail(house, channel, Ambiguous("no answer"))

    outcomes = [sends(house, channel).outcome for _ in range(2)]

    assert outcomes == [Outcome.UNKNOWN] * 2
    assert left(house) == {}


@each_once_only
def test_a_worker_that_dies_over_a_message_leaves_an_unknown(house: House, channel: str) -> None:
    die_over(house, channel)

    assert house.service.send(makers.match()).outcome is Outcome.UNKNOWN
    assert left(house) == {channel: 1}


def die_over(house: House, channel: str) -> None:
    """Let the channel take the message, and the worker die before it hears so; then let its lease pass."""
    house.change_flow(content=CONTENTS[channel])
    name = {"email": "channel", "webhook": "webhooks"}.get(channel, channel)
    dying = Crashing(house.ports[name], lambda _name, point: point == "after")
    with pytest.raises(Crash):
        house.service_with(**{name: dying}).send(makers.match())
    house.clock.pass_time(CLAIM_LEASE)


def test_a_webhook_is_taken_over_from_a_worker_that_died_and_sent_again_under_its_name(house: House) -> None:
    die_over(house, "webhook")

    decision = house.service.send(makers.match())

    first, second = [message for _, message in house.webhooks.sent]
    assert (decision.outcome, decision.attempts, decision.tries) == (Outcome.SENT, 2, 2)
    assert first == second


def test_a_webhook_that_is_still_with_another_worker_waits(house: House) -> None:
    die_over(house, "webhook")
    house.clock.pass_time(-timedelta(milliseconds=1))

    with pytest.raises(Transient):
        house.service.send(makers.match())


def test_a_webhook_of_a_worker_that_died_is_unknown_once_nothing_may_be_sent_any_more(house: House) -> None:
    die_over(house, "webhook")
    house.contacts.suppressions[ANA] = frozenset({"manual"})

    assert house.service.send(makers.match()).outcome is Outcome.UNKNOWN


def test_a_webhook_of_a_worker_that_died_waits_out_a_pause_and_is_sent_again(house: House) -> None:
    die_over(house, "webhook")
    house.change_flow(content=WEBHOOK, status=FlowStatus.PAUSED, pause_mode=PauseMode.HOLD)
    held = house.service.send(makers.match())
    house.change_flow(content=WEBHOOK)

    assert held.outcome is Outcome.DEFERRED
    assert house.service.send(makers.match()).outcome is Outcome.SENT


def test_a_webhook_whose_answer_was_lost_is_sent_again_under_its_name(house: House) -> None:
    fail(house, "webhook", Ambiguous("no answer"))

    deferred = sends(house, "webhook")
    (kept,) = house.deferrals.kept.values()
    again = house.service.send(kept.match)

    assert (deferred.outcome, again.outcome, again.tries) == (Outcome.DEFERRED, Outcome.SENT, 2)


def test_what_a_destination_said_to_each_attempt_stands_in_the_trace(house: House) -> None:
    busy, rested, failed = Throttled("answered 429"), NotTried("it rests"), Transient("answered 500")
    busy.retry_after, busy.told = timedelta(minutes=3), "come later"
    fail(house, "webhook", busy, rested, failed)

    deferred = [sends(house, "webhook") for _ in range(3)]
    sent = sends(house, "webhook")

    words = [step.verdict for step in sent.trace if step.check == "channel"]
    assert words == ["answered 429: come later", "it rests", "answered 500", "sent"]
    assert [each.tries for each in deferred] == [1, 1, 2]
    assert deferred[0].due_at is not None
    assert deferred[0].due_at >= house.clock.now() + timedelta(minutes=3)


@each_once_only
def test_what_a_provider_had_no_room_for_was_no_try_over_any_channel(house: House, channel: str) -> None:
    fail(house, channel, Throttled("slow down"))

    assert [sends(house, channel).tries for _ in range(2)] == [0, 1]


def test_of_a_decision_that_was_put_off_very_often_the_last_words_are_kept(house: House) -> None:
    fail(house, "webhook", *[NotTried(f"rest {number}") for number in range(40)])

    for _ in range(40):
        sends(house, "webhook")

    words = [step.verdict for step in sends(house, "webhook").trace if step.check == "channel"]
    assert words == [*(f"rest {number}" for number in range(30, 40)), "sent"]


def test_a_webhook_that_was_tried_is_not_followed_by_a_message_over_another_channel(house: House) -> None:
    fail(house, "webhook", Transient("no answer"))
    sends(house, "webhook")

    decision = sends(house, "email")

    assert decision.outcome is Outcome.UNKNOWN
    assert left(house) == {}


@pytest.mark.parametrize(
    "kept_back",
    [
        {"quiet_hours": QuietHours(time(11), time(16))},
        {"status": FlowStatus.PAUSED, "pause_mode": PauseMode.HOLD},
    ],
    ids=["quiet hours", "a pause"],
)
def test_it_is_not_either_once_something_kept_it_back_meanwhile(house: House, kept_back: dict[str, Any]) -> None:
    fail(house, "webhook", Transient("no answer"))
    sends(house, "webhook")
    house.change_flow(content=EMAIL, **kept_back)
    waiting = house.service.send(makers.match())
    house.change_flow(quiet_hours=None, status=FlowStatus.LIVE, pause_mode=None)

    decision = sends(house, "email")

    assert (waiting.outcome, decision.outcome) == (Outcome.DEFERRED, Outcome.UNKNOWN)
    assert left(house) == {}


def test_a_webhook_that_was_never_tried_may_give_way_to_another_channel(house: House) -> None:
    fail(house, "webhook", NotTried("it rests"))
    sends(house, "webhook")

    assert sends(house, "email").outcome is Outcome.SENT


def test_a_destination_that_is_gone_is_disabled_and_its_decision_fails(house: House) -> None:
    gone = Gone("the endpoint answered 410")
    gone.told = "moved away"
    fail(house, "webhook", gone)

    decision = sends(house, "webhook")

    standing = house.destinations.find(PARTNER_ID, "destination_1")
    assert (decision.outcome, decision.reason) == (Outcome.FAILED, SkipReason.CHANNEL_REJECTED)
    assert decision.trace[-1].verdict == "the endpoint answered 410: moved away"
    assert standing is not None
    assert not standing.enabled


@pytest.mark.parametrize("standing", [None, destination(enabled=False)])
def test_a_webhook_without_an_enabled_destination_fails(house: House, standing: object) -> None:
    house.destinations.by_id = {} if standing is None else {(PARTNER_ID, "destination_1"): standing}  # type: ignore[dict-item]  # not None here

    assert sends(house, "webhook").outcome is Outcome.FAILED
    assert left(house) == {}


@pytest.mark.parametrize(
    ("channel", "reason", "scope"),
    [
        ("sms", SuppressionReason.UNSUBSCRIBED, Scope.SMS),
        ("push", SuppressionReason.BOUNCED, Scope.PUSH),
    ],
)
def test_who_can_have_no_more_over_a_channel_is_suppressed_there(
    house: House, channel: str, reason: SuppressionReason, scope: Scope
) -> None:
    fail(house, channel, Gone("opted out"))

    decision = sends(house, channel)

    (made,) = house.suppressions.of_contact(*ANA)
    assert decision.outcome is Outcome.FAILED
    assert made == Suppression(*ANA, reason, scope, house.clock.now(), "provider", "opted out")
    house.events.append(makers.event(event_id="event-2"), 1)
    assert sends(house, channel, event_id="event-2").reason is SkipReason.SUPPRESSED


def test_who_cannot_be_suppressed_yet_is_tried_again_until_it_is_remembered(house: House) -> None:
    class Full:
        def add(self, _: object) -> bool:
            raise Throttled("slow down")

    fail(house, "sms", Gone("opted out"), Gone("opted out"))
    house.change_flow(content=SMS)

    deferred = house.service_with(suppressions=Full()).send(makers.match())

    assert deferred.outcome is Outcome.DEFERRED
    assert sends(house, "sms").outcome is Outcome.FAILED


@each_channel
@pytest.mark.parametrize(
    ("fault", "outcome"),
    [(partial(Rejected, "no"), Outcome.FAILED), (partial(Transient, "later"), Outcome.DEFERRED)],
)
def test_what_a_channel_refuses_ends_the_same_over_each(
    house: House, channel: str, fault: Callable[[], SignalboxError], outcome: Outcome
) -> None:
    fail(house, channel, fault())

    assert sends(house, channel).outcome is outcome
    assert left(house) == {}


@each_channel
def test_what_a_person_must_mend_is_deferred_and_raised_over_each(house: House, channel: str) -> None:
    fail(house, channel, Misconfigured("no sender"))

    with pytest.raises(Misconfigured):
        sends(house, channel)

    assert sends(house, channel).outcome is Outcome.SENT
