"""Deciding about matches again once what kept their messages back was mended."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from signalbox.domain.content import ContentProblem
from signalbox.domain.contents import SmsContent
from signalbox.domain.decisions import CLAIM_LEASE, Decision, Deferral, ExitVerdict, Outcome, SkipReason, Step
from signalbox.domain.errors import Invalid, Rejected, Transient
from signalbox.domain.feedback import Feedback, ProviderNews
from signalbox.domain.flows import FlowStatus
from signalbox.domain.suppressions import Scope, Suppression, SuppressionReason
from signalbox.services.redeciding import MAX_EVENTS, Redeciding
from tests.fakes.others import Crash, Crashing
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID
from tests.unit.sending import House

SPOILT = ContentProblem(SkipReason.CONTENT_ERROR, "line 1: it is no template")
MATCH = makers.match(matched_at=NOON, row={"total": 3.5, "name": "Ana"})


class Mending(House):
    def __init__(self) -> None:
        super().__init__()
        self.redeciding = self.redeciding_with()

    def redeciding_with(self, **ports: Any) -> Redeciding:
        named = {"deliveries": self.deliveries, "deferrals": self.deferrals, **ports}
        return Redeciding(clock=self.clock, **named)

    def spoil(self) -> Decision:
        """Send with a template that fails, and mend it."""
        self.renderer.problem = SPOILT
        skipped = self.service.send(MATCH)
        self.renderer.problem = None
        return skipped

    def again(self, *event_ids: str) -> dict[str, str | None]:
        flow = self.registry.flows[PARTNER_ID, "flow_1"]
        return dict(self.redeciding.redecide(flow, event_ids or ["event-1"]))

    def standing(self) -> Decision:
        decision = self.deliveries.find(PARTNER_ID, "flow_1", "event-1")
        assert decision is not None
        return decision

    def take_up(self) -> list[Decision]:
        """Send what is due, as the runs hand it over."""
        due = list(self.deferrals.due(PARTNER_ID, self.clock.now()))
        self.deferrals.remove_all(due)
        return [self.service.send(each.match) for each in due]


@pytest.fixture
def house() -> Mending:
    return Mending()


def test_what_was_skipped_for_its_content_is_sent_once_it_is_mended(house: Mending) -> None:
    house.spoil()

    assert house.again() == {"event-1": None}
    house.clock.pass_time(CLAIM_LEASE)
    [sent] = house.take_up()

    assert (sent.outcome, sent.attempts, sent.tries) == (Outcome.SENT, 2, 1)
    assert len(house.channel.sent) == 1
    assert house.again() == {
        "event-1": "only what was skipped for its content, or refused by its channel, is decided about again"
    }


def test_what_the_channel_refused_is_sent_once_that_is_mended(house: Mending) -> None:
    house.channel.faults = [Rejected("the sender is not verified")]
    failed = house.service.send(MATCH)

    assert (failed.outcome, house.again()) == (Outcome.FAILED, {"event-1": None})
    house.clock.pass_time(CLAIM_LEASE)
    [sent] = house.take_up()

    assert (sent.outcome, sent.attempts, sent.tries) == (Outcome.SENT, 2, 1)


def test_the_match_is_kept_as_it_was_returned_but_for_the_verdict_of_its_moment(house: Mending) -> None:
    house.renderer.problem = SPOILT
    house.service.send(replace(MATCH, exit=ExitVerdict(NOON, NOON)))

    house.again()

    assert list(house.deferrals.kept.values()) == [Deferral(MATCH, house.clock.now() + CLAIM_LEASE)]
    assert house.standing().match == MATCH


def test_until_it_is_due_it_waits_and_tells_so(house: Mending) -> None:
    house.spoil()

    house.again()

    waiting = house.standing()
    assert (waiting.outcome, waiting.reason) == (Outcome.DEFERRED, None)
    assert waiting.due_at == house.clock.now() + CLAIM_LEASE
    assert waiting.trace[-1] == Step("resend", "asked for again; it was skipped: content_error")
    assert house.again() == {"event-1": "it is decided about again by itself"}


def test_a_repeat_of_its_match_does_not_take_it_up_before_it_is_due(house: Mending) -> None:
    house.spoil()
    house.again()
    house.clock.pass_time(CLAIM_LEASE - timedelta(milliseconds=1))

    with pytest.raises(Transient):
        house.service.send(MATCH)

    assert house.channel.sent == []


def test_every_rule_is_asked_again(house: Mending) -> None:
    house.spoil()
    house.again()
    suppression = Suppression(PARTNER_ID, "ana@example.org", SuppressionReason.MANUAL, Scope.ALL, NOON, "ada")
    house.suppressions.add(suppression)
    house.clock.pass_time(CLAIM_LEASE)

    [skipped] = house.take_up()

    assert (skipped.outcome, skipped.reason) == (Outcome.SKIPPED, SkipReason.SUPPRESSED)
    assert house.channel.sent == []


def test_what_fails_again_can_be_asked_for_again(house: Mending) -> None:
    house.spoil()
    house.again()
    house.clock.pass_time(CLAIM_LEASE)
    house.renderer.problem = SPOILT

    [skipped] = house.take_up()

    assert (skipped.reason, skipped.attempts) == (SkipReason.CONTENT_ERROR, 2)
    assert house.again() == {"event-1": None}


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": Outcome.SENT},
        {"outcome": Outcome.UNKNOWN},
        {"outcome": Outcome.HELD_OUT},
        {"outcome": Outcome.IN_FLIGHT},
        {"reason": SkipReason.SUPPRESSED},
        {"reason": None},
        {"tries": 1},
        {"match": None},
        {"outcome": Outcome.FAILED, "reason": SkipReason.CHANNEL_REJECTED, "provider_message_id": "provider-1"},
        {
            "outcome": Outcome.FAILED,
            "reason": SkipReason.CHANNEL_REJECTED,
            "feedback": Feedback().with_one(ProviderNews.DELIVERED, NOON),
        },
    ],
    ids=str,
)
def test_what_may_have_left_or_nobody_can_mend_stays_as_it_is(house: Mending, changes: dict[str, Any]) -> None:
    mendable = {"outcome": Outcome.SKIPPED, "reason": SkipReason.CONTENT_ERROR, "match": MATCH}
    standing = makers.decision(**mendable | changes)
    house.deliveries.claim(standing)

    [refusal] = house.again().values()

    assert refusal is not None
    assert house.standing() == standing
    assert not house.deferrals.kept


def test_what_nobody_decided_about_is_told_apart(house: Mending) -> None:
    house.spoil()

    assert house.again("event-1", "event-9") == {"event-1": None, "event-9": "there is no such decision"}


@pytest.mark.parametrize("point", ["before", "after"])
@pytest.mark.parametrize("method", ["keep", "settle"])
def test_a_death_in_between_leaves_it_as_it_was_or_has_it_decided(house: Mending, method: str, point: str) -> None:
    skipped = house.spoil()

    def plan(name: str, at: str) -> bool:
        return (name, at) == (method, point)

    dying = house.redeciding_with(
        deliveries=Crashing(house.deliveries, plan), deferrals=Crashing(house.deferrals, plan)
    )
    with pytest.raises(Crash):
        dying.redecide(house.registry.flows[PARTNER_ID, "flow_1"], ["event-1"])
    house.clock.pass_time(CLAIM_LEASE)
    house.take_up()

    is_settled = (method, point) == ("settle", "after")
    assert len(house.channel.sent) == is_settled
    assert is_settled or house.standing() == skipped
    assert is_settled or house.again() == {"event-1": None}


def test_what_changes_at_the_same_moment_is_left_alone(house: Mending) -> None:
    house.spoil()
    late = house.standing()
    house.again()

    class Stale:
        def __getattr__(self, name: str) -> Any:
            return getattr(house.deliveries, name)

        def find(self, *_name: str) -> Decision:
            return late

    flow = house.registry.flows[PARTNER_ID, "flow_1"]
    answer = house.redeciding_with(deliveries=Stale()).redecide(flow, ["event-1"])

    assert answer == {"event-1": "it was changed at this moment: look again"}


@pytest.mark.parametrize("status", [each for each in FlowStatus if each is not FlowStatus.LIVE])
def test_only_a_live_flow_decides_again(house: Mending, status: FlowStatus) -> None:
    house.spoil()

    with pytest.raises(Invalid) as refused:
        house.redeciding.redecide(makers.flow(status=status), ["event-1"])

    assert refused.value.reasons[0].path == "/status"


@pytest.mark.parametrize("count", [0, MAX_EVENTS + 1])
def test_a_call_is_about_some_events(house: Mending, count: int) -> None:
    with pytest.raises(Invalid):
        house.redeciding.redecide(makers.flow(), [f"event-{number}" for number in range(count)])


def test_a_webhook_that_may_have_arrived_never_becomes_another_channels_message(house: Mending) -> None:
    failed = makers.decision(
        outcome=Outcome.FAILED, reason=SkipReason.CHANNEL_REJECTED, channel="webhook", tries=2, match=MATCH
    )
    house.deliveries.claim(failed)
    house.again()
    house.change_flow(content=SmsContent("Hi"))
    house.clock.pass_time(CLAIM_LEASE)

    [ended] = house.take_up()

    assert ended.outcome in {Outcome.UNKNOWN, Outcome.SKIPPED}
    assert house.channel.sent == []
