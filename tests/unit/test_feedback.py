"""What the provider tells: it suppresses, it settles doubt, and told twice or out of order it ends in the same."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.domain.decisions import CLAIM_LEASE, Decision, Outcome, SkipReason, Step
from signalbox.domain.errors import Conflict, Transient
from signalbox.domain.feedback import REMEMBERED, Feedback, ProviderEvent, ProviderNews
from signalbox.domain.suppressions import SuppressionReason, in_force
from signalbox.services.feedback import ProviderFeedback, Taken
from signalbox.services.suppressing import Suppressing
from tests import ses
from tests.fakes.others import FakeClock
from tests.fakes.stores import FakeContacts, FakeDeliveries, FakeSuppressions
from tests.unit.makers import NOON, PARTNER_ID

ANA = "ana@example.org"
TOLD_AT = NOON + timedelta(seconds=5)


class House:
    """The service with one decision."""

    def __init__(self, outcome: Outcome = Outcome.SENT) -> None:
        self.clock = FakeClock(NOON)
        self.contacts = FakeContacts()
        self.suppressions = FakeSuppressions(self.contacts)
        self.deliveries = FakeDeliveries()
        self.decision = Decision(
            partner_id=PARTNER_ID,
            flow_id="flow_1",
            flow_version=1,
            trigger_id="trigger_1",
            trigger_version=1,
            event_id="event-1",
            identity=ANA,
            outcome=outcome,
            decided_at=NOON,
            received_at=NOON,
        )
        self.deliveries.claim(self.decision)
        self.service = self.service_over(self.deliveries)

    def service_over(self, deliveries: Any) -> ProviderFeedback:
        suppressing = Suppressing(clock=self.clock, suppressions=self.suppressions)
        return ProviderFeedback(clock=self.clock, deliveries=deliveries, suppressing=suppressing)

    def standing(self) -> Decision:
        decision = self.deliveries.find(PARTNER_ID, "flow_1", "event-1")
        assert decision is not None
        return decision

    def suppressed(self) -> frozenset[str]:
        return self.contacts.view(PARTNER_ID, ANA).suppressions


def told(news: ProviderNews, **changes: Any) -> ProviderEvent:
    return replace(ProviderEvent(news, TOLD_AT, ses.MESSAGE_ID, ses.NAME, "Permanent/General"), **changes)


@pytest.mark.parametrize(
    ("news", "suppressed"),
    [
        (ProviderNews.BOUNCED, {"bounced:email"}),
        (ProviderNews.COMPLAINED, {"complained:email"}),
        *((news, set()) for news in ProviderNews if news not in {ProviderNews.BOUNCED, ProviderNews.COMPLAINED}),
    ],
)
def test_a_bounce_for_good_and_a_complaint_suppress_and_nothing_else_does(
    news: ProviderNews, suppressed: set[str]
) -> None:
    house = House()

    house.service.take(told(news))

    assert house.suppressed() == suppressed


def test_a_suppression_says_when_why_and_by_whom() -> None:
    house = House()

    house.service.take(told(ProviderNews.BOUNCED))

    (made,) = house.suppressions.of_contact(PARTNER_ID, ANA)
    assert (made.reason, made.since, made.by, made.detail) == (
        SuppressionReason.BOUNCED,
        NOON,
        "provider",
        "Permanent/General",
    )


def test_what_is_about_e_mail_keeps_back_e_mail_alone() -> None:
    names = frozenset({"bounced:email", "manual"})

    assert in_force(names, "email") == names
    assert in_force(names, "sms") == {"manual"}


@pytest.mark.parametrize(
    "news", [news for news in ProviderNews if news not in {ProviderNews.SENT, ProviderNews.REJECTED}]
)
def test_what_is_told_is_kept_with_the_decision(news: ProviderNews) -> None:
    house = House()

    taken = house.service.take(told(news))

    standing = house.standing()
    assert taken is Taken.RECORDED
    assert standing == replace(house.decision, feedback=Feedback().with_one(news, TOLD_AT))


@pytest.mark.parametrize("news", [news for news in ProviderNews if news is not ProviderNews.REJECTED])
def test_an_unknown_decision_is_sent_once_the_provider_tells_anything_of_its_message(news: ProviderNews) -> None:
    house = House(Outcome.UNKNOWN)

    house.service.take(told(news))

    standing = house.standing()
    assert (standing.outcome, standing.provider_message_id) == (Outcome.SENT, ses.MESSAGE_ID)
    assert standing.trace == (Step("provider", news.value),)


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.SENT])
def test_a_message_that_the_provider_rejects_after_all_has_failed(outcome: Outcome) -> None:
    house = House(outcome)

    house.service.take(told(ProviderNews.REJECTED, detail="SES rejected it: Bad content"))

    standing = house.standing()
    assert (standing.outcome, standing.reason) == (Outcome.FAILED, SkipReason.CHANNEL_REJECTED)
    assert standing.detail == "SES rejected it: Bad content"


def test_what_is_told_while_a_worker_is_at_it_comes_again() -> None:
    house = House(Outcome.IN_FLIGHT)

    with pytest.raises(Transient):
        house.service.take(told(ProviderNews.BOUNCED))

    assert house.standing() == house.decision


def test_what_a_dead_worker_sent_is_known_by_what_the_provider_tells() -> None:
    house = House(Outcome.IN_FLIGHT)
    house.clock.pass_time(CLAIM_LEASE)

    house.service.take(told(ProviderNews.DELIVERED))

    assert house.standing().outcome is Outcome.SENT


@pytest.mark.parametrize("outcome", [Outcome.SKIPPED, Outcome.HELD_OUT, Outcome.DEFERRED])
def test_what_names_a_decision_that_sent_nothing_changes_nothing(outcome: Outcome) -> None:
    house = House(outcome)

    taken = house.service.take(told(ProviderNews.BOUNCED))

    assert taken is Taken.UNNAMED
    assert house.standing() == house.decision
    assert house.suppressed() == set()


@pytest.mark.parametrize("name", [None, replace(ses.NAME, event_id="another"), replace(ses.NAME, partner_id="p")])
def test_what_names_no_decision_of_ours_changes_nothing(name: Any) -> None:
    house = House()

    taken = house.service.take(told(ProviderNews.BOUNCED, decision=name))

    assert taken is Taken.UNNAMED
    assert house.suppressed() == set()


def test_what_another_wrote_meanwhile_is_not_written_over() -> None:
    house = House()

    class Late(FakeDeliveries):
        def settle(self, standing: Decision, following: Decision) -> None:
            raise Conflict

    late = Late()
    late.claim(house.decision)

    with pytest.raises(Transient):
        house.service_over(late).take(told(ProviderNews.BOUNCED))

    assert house.suppressed() == {"bounced:email"}


stories = st.lists(
    st.tuples(st.sampled_from([news for news in ProviderNews if news is not ProviderNews.REJECTED]), st.integers(0, 6)),
    max_size=12,
)


@given(stories, st.randoms())
def test_whatever_is_told_twice_and_in_any_order_ends_in_the_same(
    story: Sequence[tuple[ProviderNews, int]], order: Any
) -> None:
    once, again = House(Outcome.UNKNOWN), House(Outcome.UNKNOWN)
    twice = [*story, *story]
    order.shuffle(twice)

    for news, second in sorted(set(story)):
        once.service.take(told(news, at=NOON + timedelta(seconds=second)))
    for news, second in twice:
        again.service.take(told(news, at=NOON + timedelta(seconds=second)))

    assert again.standing().feedback.by_news == once.standing().feedback.by_news
    assert again.standing().outcome is once.standing().outcome
    assert again.suppressed() == once.suppressed()


def test_a_message_that_is_opened_a_thousand_times_is_counted_in_little_room() -> None:
    house = House()

    for second in range(1000):
        house.service.take(told(ProviderNews.OPENED, at=NOON + timedelta(seconds=second)))

    opened = house.standing().feedback.by_news[ProviderNews.OPENED]
    assert (opened.count, opened.first_at, opened.last_at) == (1000, NOON, NOON + timedelta(seconds=999))
    assert len(opened.latest) == REMEMBERED


def test_what_is_too_old_to_be_told_from_a_repeat_is_not_counted_and_is_the_first() -> None:
    house = House()
    for second in range(REMEMBERED):
        house.service.take(told(ProviderNews.OPENED, at=NOON + timedelta(seconds=second)))

    house.service.take(told(ProviderNews.OPENED, at=NOON - timedelta(seconds=1)))

    opened = house.standing().feedback.by_news[ProviderNews.OPENED]
    assert (opened.count, opened.first_at) == (REMEMBERED, NOON - timedelta(seconds=1))
