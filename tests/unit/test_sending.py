"""Sending: one decision for each (flow, event), and a reason for each message that was not sent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from signalbox.domain.content import ContentProblem
from signalbox.domain.decision_names import DecisionName
from signalbox.domain.decisions import CLAIM_LEASE, Deferral, Outcome, SkipReason
from signalbox.domain.errors import Ambiguous, Misconfigured, NotTried, Rejected, Throttled, Transient
from signalbox.domain.flows import FilterMode, FlowStatus, PauseMode, SegmentFilter
from signalbox.domain.messages import EmailMessage
from signalbox.domain.throttling import SPANS
from signalbox.domain.unsubscribing import unsubscribe_url
from signalbox.domain.webhooks import DELAYS
from signalbox.services.considering import HELD_FOR
from tests.fakes.others import Crash, Crashing, FakeChannel
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID
from tests.unit.sending import ANA, House


@pytest.fixture
def house() -> House:
    return House()


def test_a_match_that_passes_every_check_is_sent_once_to_the_address_as_given(house: House) -> None:
    decision = house.service.send(makers.match())

    assert decision.outcome is Outcome.SENT
    assert decision.provider_message_id == "provider-1"
    assert [message.to for message in house.channel.sent] == ["Ana@example.org"]
    assert house.deliveries.find(PARTNER_ID, "flow_1", "event-1") == decision


def test_a_decision_names_the_versions_that_made_it(house: House) -> None:
    house.change_flow()

    decision = house.service.send(makers.match(trigger_version=7))

    assert (decision.trigger_version, decision.flow_version) == (7, 2)


def test_an_edit_of_a_live_flow_is_used_by_the_next_decision(house: House) -> None:
    house.service.send(makers.match())
    house.events.append(makers.event(event_id="event-2"), 1)
    house.change_flow()

    assert house.service.send(makers.match(event_id="event-2")).flow_version == 2


def test_the_trace_of_a_sent_message_shows_every_check_and_the_channels_word(house: House) -> None:
    decision = house.service.send(makers.match())

    assert [(step.check, step.verdict) for step in decision.trace] == [
        ("too_old", "passed"),
        ("flow_not_live", "passed"),
        ("no_identity", "passed"),
        ("suppressed", "passed"),
        ("segment_filter", "passed"),
        ("re_entry", "passed"),
        ("quiet_hours", "passed"),
        ("frequency_cap", "passed"),
        ("branch", "default: takes the rest"),
        ("channel", "sent"),
    ]


def test_a_message_names_its_decision_and_how_to_unsubscribe(house: House) -> None:
    decision = house.service.send(makers.match())

    (message,) = house.channel.sent
    name = DecisionName.of(decision.partner_id, decision.flow_id, decision.event_id)
    key = makers.partner().signing_key
    assert message.decision == name
    assert message.unsubscribe_url == unsubscribe_url("https://api.example", name, key)


def test_a_match_of_a_partner_that_is_gone_is_skipped(house: House) -> None:
    house.partners.by_id.clear()

    assert skips(house) == (SkipReason.FLOW_NOT_LIVE, "the flow is gone")


def test_a_match_that_comes_again_changes_nothing(house: House) -> None:
    first = house.service.send(makers.match())
    house.clock.pass_time(timedelta(days=1))

    again = house.service.send(makers.match())

    assert again == first
    assert len(house.channel.sent) == 1


def test_one_event_is_decided_about_by_each_flow_of_its_own(house: House) -> None:
    house.registry.save_flow(makers.flow(flow_id="flow_2"))

    house.service.send(makers.match())
    house.service.send(makers.match(flow_id="flow_2"))

    assert len(house.channel.sent) == 2


def skips(house: House, **match: object) -> tuple[SkipReason | None, str | None]:
    decision = house.service.send(makers.match(**match))
    assert decision.outcome is Outcome.SKIPPED
    assert not house.channel.sent
    return decision.reason, decision.detail


def test_a_row_without_identity_is_skipped(house: House) -> None:
    assert skips(house, identity=None) == (SkipReason.NO_IDENTITY, "the trigger's row names nobody")


def test_a_suppressed_contact_is_skipped(house: House) -> None:
    house.contacts.suppressions[ANA] = frozenset({"bounced", "unsubscribed"})

    assert skips(house) == (SkipReason.SUPPRESSED, "bounced, unsubscribed")


@pytest.mark.parametrize(
    ("status", "detail"),
    [(FlowStatus.PAUSED, "the flow is paused"), (FlowStatus.ENDED, "the flow is ended")],
)
def test_a_flow_that_is_not_live_any_more_sends_nothing(house: House, status: FlowStatus, detail: str) -> None:
    house.change_flow(status=status)

    assert skips(house) == (SkipReason.FLOW_NOT_LIVE, detail)


def test_a_match_of_a_flow_whose_pause_holds_is_deferred_and_sent_when_it_comes_again(house: House) -> None:
    house.change_flow(status=FlowStatus.PAUSED, pause_mode=PauseMode.HOLD)
    held = [house.service.send(makers.match()) for _ in range(2)]
    house.change_flow(status=FlowStatus.LIVE)

    decision = house.service.send(makers.match())

    assert [each.outcome for each in held] == [Outcome.DEFERRED, Outcome.DEFERRED]
    assert (held[0].reason, held[0].detail) == (SkipReason.FLOW_NOT_LIVE, "the flow is paused")
    assert list(house.deferrals.due(PARTNER_ID, house.clock.now() + HELD_FOR)) == [
        Deferral(makers.match(), house.clock.now() + HELD_FOR)
    ]
    assert decision.outcome is Outcome.SENT
    assert len(house.channel.sent) == 1


def test_a_held_match_that_grows_too_old_is_skipped(house: House) -> None:
    house.change_flow(status=FlowStatus.PAUSED, pause_mode=PauseMode.HOLD)
    house.service.send(makers.match())
    house.clock.pass_time(timedelta(hours=73))

    assert skips(house)[0] is SkipReason.TOO_OLD


def test_a_held_match_is_kept_before_its_decision_says_so(house: House) -> None:
    house.change_flow(status=FlowStatus.PAUSED, pause_mode=PauseMode.HOLD)
    service = house.service_with(deliveries=Crashing(house.deliveries, lambda name, _point: name == "claim"))

    with pytest.raises(Crash):
        service.send(makers.match())

    assert len(house.deferrals.kept) == 1


def test_a_match_of_a_flow_whose_pause_drops_is_skipped_for_good(house: House) -> None:
    house.change_flow(status=FlowStatus.PAUSED, pause_mode=PauseMode.DROP)
    dropped = skips(house)
    house.change_flow(status=FlowStatus.LIVE)

    assert dropped == skips(house) == (SkipReason.FLOW_NOT_LIVE, "the flow is paused")


def test_a_flow_that_is_gone_sends_nothing(house: House) -> None:
    house.registry.flows.clear()

    assert skips(house) == (SkipReason.FLOW_NOT_LIVE, "the flow is gone")


@pytest.mark.parametrize(("age", "outcome"), [(timedelta(hours=1), "sent"), (timedelta(hours=1, seconds=1), "skipped")])
def test_an_event_past_its_triggers_maximum_age_is_too_old(house: House, age: timedelta, outcome: str) -> None:
    house.events.stored.clear()
    house.events.append(makers.event(occurred_at=house.clock.now() - age), 1)

    decision = house.service.send(makers.match(max_event_age=timedelta(hours=1)))

    assert decision.outcome == outcome
    assert decision.reason is (SkipReason.TOO_OLD if outcome == "skipped" else None)


@pytest.mark.parametrize(
    ("mode", "listed", "member_of", "is_sent"),
    [
        (FilterMode.EXCLUDE, [], {"vip"}, True),
        (FilterMode.EXCLUDE, ["vip"], set(), True),
        (FilterMode.EXCLUDE, ["vip", "staff"], {"staff"}, False),
        (FilterMode.INCLUDE_ANY, [], set(), True),
        (FilterMode.INCLUDE_ANY, ["vip", "staff"], {"staff"}, True),
        (FilterMode.INCLUDE_ANY, ["vip"], set(), False),
        (FilterMode.INCLUDE_ALL, ["vip", "staff"], {"staff"}, False),
        (FilterMode.INCLUDE_ALL, ["vip", "staff"], {"staff", "vip"}, True),
    ],
)
def test_segment_membership_is_judged_at_the_moment_of_sending(
    house: House, mode: FilterMode, listed: list[str], member_of: set[str], *, is_sent: bool
) -> None:
    house.change_flow(segment_filter=SegmentFilter(listed, mode))
    house.contacts.segment_ids[ANA] = frozenset(member_of)

    decision = house.service.send(makers.match())

    assert (decision.outcome is Outcome.SENT) is is_sent
    assert decision.reason is (None if is_sent else SkipReason.SEGMENT_FILTER)


def test_a_missing_value_skips_and_says_its_name(house: House) -> None:
    house.renderer.problem = ContentProblem(SkipReason.CONTENT_MISSING_VALUE, "contact.tier")

    assert skips(house) == (SkipReason.CONTENT_MISSING_VALUE, "contact.tier")


def test_what_the_channel_refuses_for_good_has_failed(house: House) -> None:
    house.channel.faults = [Rejected("the address does not exist")]

    decision = house.service.send(makers.match())

    assert decision.outcome is Outcome.FAILED
    assert (decision.reason, decision.detail) == (SkipReason.CHANNEL_REJECTED, "the address does not exist")


def test_what_surely_did_not_leave_is_deferred_and_sent_when_it_is_due(house: House) -> None:
    house.channel.faults = [Transient("slow down")]

    deferred = house.service.send(makers.match())
    (kept,) = house.deferrals.kept.values()
    again = house.service.send(kept.match)

    assert (deferred.outcome, deferred.due_at) == (Outcome.DEFERRED, kept.due_at)
    assert timedelta(seconds=5) <= kept.due_at - house.clock.now() <= timedelta(seconds=6)
    assert (again.outcome, again.tries) == (Outcome.SENT, 2)
    assert len(house.channel.sent) == 1


def test_a_channel_that_asks_to_be_left_alone_is(house: House) -> None:
    fault = Transient("slow down")
    fault.retry_after = timedelta(hours=1)
    house.channel.faults = [fault]

    deferred = house.service.send(makers.match())

    assert deferred.due_at is not None
    assert timedelta(hours=1) <= deferred.due_at - house.clock.now() <= timedelta(hours=1.2)


def test_what_was_not_even_tried_does_not_use_up_the_tries(house: House) -> None:
    house.channel.faults = [Transient("down"), *[NotTried("it rests") for _ in range(20)], Transient("down")]

    tries = [house.service.send(makers.match()).tries for _ in range(22)]

    assert tries == [1] * 21 + [2]


def test_what_the_provider_had_no_room_for_uses_up_no_tries_and_comes_again_later_each_time(house: House) -> None:
    house.channel.faults = [Throttled("slow down") for _ in range(20)]

    deferred = [house.service.send(makers.match()) for _ in range(20)]
    sent = house.service.send(makers.match())

    waits = [each.due_at - house.clock.now() for each in deferred if each.due_at is not None]
    assert all(span / 2 <= wait <= span for span, wait in zip((*SPANS, *[SPANS[-1]] * 14), waits, strict=True))
    assert {each.tries for each in deferred} == {0}
    assert (sent.outcome, sent.tries) == (Outcome.SENT, 1)


def test_a_burst_that_the_provider_had_no_room_for_comes_back_apart(house: House) -> None:
    names = [f"event-{number}" for number in range(20)]
    for name in names:
        house.events.append(makers.event(event_id=name), 1)
    house.channel.faults = [Throttled("slow down") for _ in names]

    due = {house.service.send(makers.match(event_id=name)).due_at for name in names}

    assert len(due) == len(names)


def test_what_the_provider_never_has_room_for_ends_when_its_event_is_too_old(house: House) -> None:
    house.channel.faults = [Throttled("slow down") for _ in range(1000)]
    match = makers.match()
    while (decision := house.service.send(match)).due_at is not None:
        house.clock.instant = decision.due_at

    assert decision.reason is SkipReason.TOO_OLD
    assert house.clock.now() - NOON <= match.max_event_age + SPANS[-1]


def test_what_was_tried_often_enough_comes_back_to_the_queue_and_may_still_be_sent(house: House) -> None:
    house.channel.faults = [Transient("down") for _ in DELAYS]

    waits = [house.service.send(makers.match()).due_at for _ in DELAYS[1:]]
    with pytest.raises(Transient, match="down"):
        house.service.send(makers.match())

    assert None not in waits
    assert house.service.send(makers.match()).outcome is Outcome.SENT


def test_what_is_for_a_person_to_mend_is_deferred_and_raised(house: House) -> None:
    house.channel.faults = [Misconfigured("not verified")]

    with pytest.raises(Misconfigured):
        house.service.send(makers.match())
    deferred = house.deliveries.find(PARTNER_ID, "flow_1", "event-1")
    again = house.service.send(makers.match())

    assert deferred is not None
    assert deferred.outcome is Outcome.DEFERRED
    assert (again.outcome, again.attempts) == (Outcome.SENT, 2)


def test_a_worker_that_dies_before_a_retry_is_kept_leaves_it_to_the_queue(house: House) -> None:
    house.channel.faults = [Transient("down")]
    service = house.service_with(deferrals=Crashing(house.deferrals, lambda name, point: point == "before"))

    with pytest.raises(Crash):
        service.send(makers.match())

    assert house.service.send(makers.match()).outcome is Outcome.SENT


def test_without_an_answer_from_the_channel_the_outcome_is_unknown_and_nothing_is_repeated(house: House) -> None:
    house.channel.faults = [Ambiguous("no answer")]

    decision = house.service.send(makers.match())
    again = house.service.send(makers.match())

    assert decision.outcome is Outcome.UNKNOWN
    assert again == decision
    assert not house.channel.sent


def test_while_another_worker_may_be_at_it_the_match_waits(house: House) -> None:
    dies_after_claim = Crashing(house.deliveries, lambda name, point: (name, point) == ("claim", "after"))
    with pytest.raises(Crash):
        house.service_with(deliveries=dies_after_claim).send(makers.match())
    house.clock.pass_time(CLAIM_LEASE - timedelta(milliseconds=1))

    with pytest.raises(Transient):
        house.service.send(makers.match())


def test_a_worker_that_died_between_claim_and_answer_leaves_an_unknown(house: House) -> None:
    dies_before_answer = Crashing(house.channel, lambda name, point: point == "after")
    with pytest.raises(Crash):
        house.service_with(channel=dies_before_answer).send(makers.match())
    house.clock.pass_time(CLAIM_LEASE)

    decision = house.service.send(makers.match())

    assert decision.outcome is Outcome.UNKNOWN
    assert len(house.channel.sent) == 1


def test_an_end_that_somebody_else_wrote_first_brings_the_match_again_to_see_it(house: House) -> None:
    class Told(FakeChannel):
        def send(self, message: EmailMessage) -> str:
            claimed = house.deliveries.find(PARTNER_ID, "flow_1", "event-1")
            assert claimed is not None
            house.deliveries.settle(claimed, replace(claimed, outcome=Outcome.UNKNOWN))
            return super().send(message)

    with pytest.raises(Transient):
        house.service_with(channel=Told()).send(makers.match())

    assert house.service.send(makers.match()).outcome is Outcome.UNKNOWN


def test_a_match_about_an_event_the_run_did_not_load_is_sent_without_the_event(house: House) -> None:
    decision = house.service.send(makers.match(event_id="sum of march", received_at=None))

    assert decision.outcome is Outcome.SENT
    assert [message.to for message in house.channel.sent] == ["ana@example.org"]


def test_another_partners_contact_and_flow_play_no_part(house: House) -> None:
    house.contacts.suppressions["partner_2", "ana@example.org"] = frozenset({"manual"})

    assert house.service.send(makers.match()).outcome is Outcome.SENT
    assert skips_for_other_partner(house) is SkipReason.FLOW_NOT_LIVE


def skips_for_other_partner(house: House) -> SkipReason | None:
    return house.service.send(makers.match(partner_id="partner_2")).reason
