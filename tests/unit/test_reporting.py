"""Reports: every decision of the period is counted once in its outcome, and a list gives each of them once."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.domain.decision_names import encoded
from signalbox.domain.decisions import Decision, Outcome, SkipReason
from signalbox.domain.errors import Invalid
from signalbox.domain.feedback import Feedback, ProviderNews
from signalbox.domain.queries import Window
from signalbox.services import reporting
from signalbox.services.reporting import Reporting
from tests.fakes.others import FakeClock
from tests.fakes.stores import FakeDecisionLists, FakeDeliveries
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID

MS, HOUR, DAY = timedelta(milliseconds=1), timedelta(hours=1), timedelta(days=1)


class House:
    def __init__(self, max_decisions: int = 1000) -> None:
        self.clock = FakeClock(NOON)
        self.deliveries = FakeDeliveries()
        lists = FakeDecisionLists(self.deliveries)
        self.service = Reporting(clock=self.clock, decision_lists=lists, max_decisions=max_decisions)

    def decide(self, decided_at: datetime = NOON, **changes: Any) -> Decision:
        number = len(self.deliveries.decisions)
        made = makers.decision(**{"event_id": f"event-{number}", "decided_at": decided_at} | changes)
        self.deliveries.claim(made)
        return made

    def page(self, **asked: Any) -> tuple[list[str], str | None]:
        page = self.service.decisions(PARTNER_ID, "flow_1", **asked)
        return [each.event_id for each in page.decisions], page.cursor


@pytest.fixture
def house() -> House:
    return House()


def told(*news: ProviderNews) -> Feedback:
    feedback = Feedback()
    for each in (*news, *news):
        feedback = feedback.with_one(each, NOON)
    return feedback.with_one(news[0], NOON + MS)


def test_a_report_is_of_the_last_seven_days_unless_another_period_is_given(house: House) -> None:
    for age in (timedelta(0), 7 * DAY - MS, 7 * DAY):
        house.decide(NOON - age)

    usual = house.service.report(PARTNER_ID, "flow_1")
    other = house.service.report(PARTNER_ID, "flow_1", since=NOON - 8 * DAY, until=NOON - MS)

    assert (usual.window, usual.total.matched) == (Window(NOON - 7 * DAY, NOON), 2)
    assert (other.window, other.total.matched) == (Window(NOON - 8 * DAY, NOON - MS), 2)
    assert (usual.is_cut, usual.read_from) == (False, NOON - 7 * DAY)


def test_outcomes_reasons_and_what_was_told_are_counted_by_arm_too(house: House) -> None:
    house.decide(arm="a", feedback=told(ProviderNews.DELIVERED, ProviderNews.OPENED))
    house.decide(arm="b", feedback=told(ProviderNews.OPENED, ProviderNews.UNSUBSCRIBED))
    house.decide(arm="b", outcome=Outcome.FAILED, reason=SkipReason.CHANNEL_REJECTED)
    house.decide(outcome=Outcome.SKIPPED, reason=SkipReason.SUPPRESSED)
    house.decide(outcome=Outcome.DEFERRED, reason=SkipReason.FLOW_NOT_LIVE)
    house.decide(flow_id="flow_2")
    house.decide(partner_id="partner_2")
    house.decide(outcome=Outcome.IN_FLIGHT)

    report = house.service.report(PARTNER_ID, "flow_1")

    assert report.total.matched == 5
    assert report.total.outcomes == {Outcome.SENT: 2, Outcome.FAILED: 1, Outcome.SKIPPED: 1, Outcome.DEFERRED: 1}
    assert report.total.reasons == {SkipReason.CHANNEL_REJECTED: 1, SkipReason.SUPPRESSED: 1}
    assert report.total.told == {ProviderNews.DELIVERED: 1, ProviderNews.OPENED: 2, ProviderNews.UNSUBSCRIBED: 1}
    assert {arm: tally.matched for arm, tally in report.arms.items()} == {"a": 1, "b": 2}
    assert report.arms["b"].told == {ProviderNews.OPENED: 1, ProviderNews.UNSUBSCRIBED: 1}


@pytest.mark.parametrize(("count", "p50", "p99"), [(1, 1, 1), (2, 1, 2), (100, 50, 99), (101, 51, 100)])
def test_latency_is_from_receipt_to_sending_by_nearest_rank(house: House, count: int, p50: int, p99: int) -> None:
    for number in reversed(range(count)):
        house.decide(NOON, received_at=NOON - (number + 1) * MS)
    house.decide(NOON, received_at=None)
    house.decide(NOON, received_at=NOON - DAY, outcome=Outcome.SKIPPED)

    latency = house.service.report(PARTNER_ID, "flow_1").latency

    assert latency is not None
    assert (latency.messages, latency.p50, latency.p99) == (count, p50 * MS, p99 * MS)


def test_without_a_message_there_is_no_latency(house: House) -> None:
    assert house.service.report(PARTNER_ID, "flow_1").latency is None


@pytest.mark.parametrize(("period", "step", "points"), [(3 * DAY, HOUR, 73), (3 * DAY + MS, DAY, 4), (DAY, HOUR, 25)])
def test_the_series_has_a_point_for_each_hour_of_up_to_three_days_and_each_day_of_more(
    house: House, period: timedelta, step: timedelta, points: int
) -> None:
    house.decide(NOON - HOUR - MS)
    house.decide(NOON - HOUR)

    report = house.service.report(PARTNER_ID, "flow_1", since=NOON - period)

    starts = list(report.series)
    assert (report.step, len(starts)) == (step, points)
    assert {later - earlier for earlier, later in pairwise(starts)} == {step}
    counted = {start: tally.matched for start, tally in report.series.items() if tally.matched}
    by_hour = {NOON - 2 * HOUR: 1, NOON - HOUR: 1}
    assert counted == (by_hour if step == HOUR else {NOON - 12 * HOUR: 2})


def test_the_points_may_be_chosen(house: House) -> None:
    by_hour = house.service.report(PARTNER_ID, "flow_1", since=NOON - 31 * DAY, step=HOUR)
    by_day = house.service.report(PARTNER_ID, "flow_1", since=NOON - DAY, step=DAY)

    assert (by_hour.step, len(by_hour.series)) == (HOUR, 31 * 24 + 1)
    assert (by_day.step, len(by_day.series)) == (DAY, 2)


@pytest.mark.parametrize(("period", "step"), [(31 * DAY + MS, HOUR), (DAY, MS), (DAY, timedelta(0))])
def test_other_points_and_too_many_are_refused(house: House, period: timedelta, step: timedelta) -> None:
    with pytest.raises(Invalid) as refused:
        house.service.report(PARTNER_ID, "flow_1", since=NOON - period, step=step)

    assert [reason.path for reason in refused.value.reasons] == ["/by"]


def test_what_is_more_than_a_report_reads_is_left_out_the_oldest_first_and_said() -> None:
    house = House(max_decisions=2)
    for age in range(3):
        house.decide(NOON - age * HOUR)

    report = house.service.report(PARTNER_ID, "flow_1")
    whole = house.service.report(PARTNER_ID, "flow_1", since=NOON - 2 * HOUR)

    assert (report.is_cut, report.read_from, report.total.matched) == (True, NOON - HOUR, 2)
    assert (whole.is_cut, whole.read_from, whole.total.matched) == (False, NOON - 2 * HOUR, 2)
    assert list(report.series) == [NOON - 12 * HOUR]


DECISIONS: st.SearchStrategy[list[dict[str, Any]]] = st.lists(
    st.builds(
        dict,
        decided_at=st.integers(0, 9 * 24).map(lambda hours: NOON - hours * HOUR),
        outcome=st.sampled_from(Outcome),
        reason=st.none() | st.sampled_from(SkipReason),
        arm=st.none() | st.sampled_from("ab"),
    ),
    max_size=30,
)


@given(DECISIONS, st.integers(1, 9 * 24))
def test_every_decision_is_counted_once_in_the_whole_in_its_outcome_and_in_its_point(
    decisions: list[dict[str, Any]], hours: int
) -> None:
    house, since = House(), NOON - hours * HOUR
    made = [house.decide(**each) for each in decisions]

    report = house.service.report(PARTNER_ID, "flow_1", since=since)

    own = [each for each in made if since < each.decided_at and each.outcome is not Outcome.IN_FLIGHT]
    assert report.total.matched == report.total.outcomes.total() == len(own)
    assert report.total.outcomes == Counter(each.outcome for each in own)
    assert sum(tally.matched for tally in report.series.values()) == len(own)
    assert {arm: tally.matched for arm, tally in report.arms.items()} == Counter(each.arm for each in own if each.arm)


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_the_pages_of_a_list_hold_every_decision_once_the_latest_first(house: House, limit: int) -> None:
    for number in range(7):
        house.decide(NOON - number // 2 * HOUR)

    pages, cursor = [], None
    while True:
        ids, cursor = house.page(limit=limit, cursor=cursor)
        pages.append(ids)
        if cursor is None:
            break

    listed = [each for page in pages for each in page]
    assert listed == [f"event-{number}" for number in (1, 0, 3, 2, 5, 4, 6)]
    assert max(map(len, pages)) == limit


def test_a_list_is_of_the_outcomes_and_reasons_asked_for_and_of_the_period(house: House) -> None:
    house.decide()
    house.decide(outcome=Outcome.SKIPPED, reason=SkipReason.SUPPRESSED)
    house.decide(outcome=Outcome.SKIPPED, reason=SkipReason.TOO_OLD)
    house.decide(NOON - 400 * DAY, outcome=Outcome.FAILED)

    assert house.page(outcomes={Outcome.SKIPPED, Outcome.FAILED})[0] == ["event-2", "event-1", "event-3"]
    assert house.page(reasons={SkipReason.TOO_OLD})[0] == ["event-2"]
    assert house.page(since=NOON - DAY, outcomes={Outcome.FAILED})[0] == []
    assert house.page(until=NOON - DAY)[0] == ["event-3"]


def test_a_list_shows_decisions_whole(house: House) -> None:
    made = house.decide(detail="some words", event_id="x" * 5000)

    assert house.service.decisions(PARTNER_ID, "flow_1").decisions == [made]


def test_a_page_that_looked_through_enough_is_short_and_goes_on(house: House) -> None:
    house.decide(NOON - DAY, outcome=Outcome.FAILED)
    for _ in range(reporting.LOOKED_THROUGH):
        house.decide()

    nothing, cursor = house.page(outcomes={Outcome.FAILED})
    rest, end = house.page(outcomes={Outcome.FAILED}, cursor=cursor)

    assert (nothing, rest, end) == ([], ["event-0"], None)


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({"limit": 0}, "/limit"),
        ({"limit": 101}, "/limit"),
        ({"cursor": ""}, "/cursor"),
        ({"cursor": "é"}, "/cursor"),
        ({"cursor": encoded("12")}, "/cursor"),
        ({"cursor": encoded("-1 x")}, "/cursor"),
        ({"cursor": encoded("1" * 16 + " x")}, "/cursor"),
        ({"since": NOON}, "/since"),
        ({"since": NOON, "until": NOON - MS}, "/since"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(house: House, asked: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as refused:
        house.page(**asked)

    assert [reason.path for reason in refused.value.reasons] == [path]


def test_a_report_of_more_than_a_year_is_refused(house: House) -> None:
    with pytest.raises(Invalid):
        house.service.report(PARTNER_ID, "flow_1", since=NOON - 366 * DAY - MS)


def test_a_decision_that_moved_is_listed_where_it_is_now(house: House) -> None:
    deferred = house.decide(NOON - DAY, outcome=Outcome.DEFERRED)

    house.deliveries.settle(deferred, replace(deferred, outcome=Outcome.SENT, decided_at=NOON))

    report = house.service.report(PARTNER_ID, "flow_1", since=NOON - HOUR)
    assert report.total.outcomes == {Outcome.SENT: 1}
