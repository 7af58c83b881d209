"""Frequency caps and re-entry: what each rule refuses and what is remembered."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.domain.decisions import SkipReason
from signalbox.domain.frequency import (
    KEPT_LONGER,
    Entry,
    ReEntry,
    Touches,
    reasons_against_caps,
    reasons_against_re_entry,
)
from signalbox.domain.partners import FrequencyCap
from tests.unit.makers import NOON, PARTNER_ID

DAY, HOUR, INSTANT = timedelta(days=1), timedelta(hours=1), timedelta(milliseconds=1)
NOBODY_YET = Touches(PARTNER_ID, "ana@example.org")
TWO_A_DAY = FrequencyCap("email", 2, DAY)
FIVE_A_WEEK = FrequencyCap("email", 5, 7 * DAY)


def entry(event_id: str, flow_id: str = "flow_1", **changes: Any) -> Entry:
    values: dict[str, Any] = {"flow_id": flow_id, "event_id": event_id, "channel": "email"}
    return Entry(**values | changes)


def taken(entries: list[tuple[Entry, datetime]]) -> Touches:
    """Take a place for each in order; all of them may."""
    touches = NOBODY_YET
    for each, now in entries:
        assert touches.refusal(each, now) is None
        touches = touches.after(each, now)
    return touches


def reason(touches: Touches, asked: Entry, now: datetime) -> SkipReason | None:
    refusal = touches.refusal(asked, now)
    return refusal.reason if refusal else None


def test_a_cap_counts_a_contacts_messages_over_all_flows() -> None:
    touches = taken([(entry("1", "flow_1", caps=[TWO_A_DAY]), NOON), (entry("1", "flow_2", caps=[TWO_A_DAY]), NOON)])

    assert reason(touches, entry("1", "flow_3", caps=[TWO_A_DAY]), NOON) is SkipReason.FREQUENCY_CAP
    refusal = touches.refusal(entry("1", "flow_3", caps=[TWO_A_DAY]), NOON)
    assert refusal is not None
    assert refusal.detail == "2 by email in 1 day"


def test_a_place_is_free_again_when_its_period_is_over_to_the_instant() -> None:
    touches = taken([(entry("1", caps=[TWO_A_DAY]), NOON), (entry("2", caps=[TWO_A_DAY]), NOON + HOUR)])

    assert reason(touches, entry("3", caps=[TWO_A_DAY]), NOON + DAY - INSTANT) is SkipReason.FREQUENCY_CAP
    assert reason(touches, entry("3", caps=[TWO_A_DAY]), NOON + DAY) is None


def test_of_several_caps_each_is_kept() -> None:
    caps = [TWO_A_DAY, FIVE_A_WEEK]
    days = [0, 0, 1, 1, 2]
    touches = taken([(entry(str(n), caps=caps), NOON + day * DAY) for n, day in enumerate(days)])

    refusal = touches.refusal(entry("6", caps=caps), NOON + 3 * DAY)

    assert refusal is not None
    assert refusal.detail == "5 by email in 7 days"
    assert reason(touches, entry("6", caps=caps), NOON + 7 * DAY) is None


def test_a_cap_is_for_one_channel() -> None:
    caps = [TWO_A_DAY, FrequencyCap("sms", 1, DAY)]
    touches = taken([(entry("1", caps=caps), NOON), (entry("2", caps=caps), NOON)])

    assert reason(touches, entry("3", channel="sms", caps=caps), NOON) is None
    assert reason(touches, entry("3", channel="email", caps=caps), NOON) is SkipReason.FREQUENCY_CAP


def test_a_transactional_message_is_neither_capped_nor_counted() -> None:
    receipt: dict[str, Any] = {"is_transactional": True, "caps": [TWO_A_DAY], "re_entry": ReEntry.at_most(2, DAY)}
    touches = taken([(entry("1", "receipts", **receipt), NOON), (entry("2", "receipts", **receipt), NOON)])

    full = taken([(entry("1", caps=[TWO_A_DAY]), NOON), (entry("2", caps=[TWO_A_DAY]), NOON)])

    assert reason(touches, entry("3", caps=[TWO_A_DAY]), NOON) is None
    assert reason(touches, entry("3", "receipts", **receipt), NOON) is SkipReason.RE_ENTRY
    assert reason(full, entry("3", "receipts", **receipt), NOON) is None


@pytest.mark.parametrize(
    ("re_entry", "free_after"),
    [
        (ReEntry.every_event(), [timedelta(0), timedelta(0)]),
        (ReEntry.at_most(2, DAY), [timedelta(0), DAY]),
        (ReEntry.cool_down(DAY), [DAY, 2 * DAY]),
    ],
)
def test_re_entry_lets_a_contact_in_as_often_as_its_rule_says(re_entry: ReEntry, free_after: list[timedelta]) -> None:
    touches = NOBODY_YET.after(entry("first", re_entry=re_entry), NOON)

    for place, after in enumerate(free_after):
        asked = entry(str(place), re_entry=re_entry)
        if after:
            assert reason(touches, asked, NOON + after - INSTANT) is SkipReason.RE_ENTRY
        assert reason(touches, asked, NOON + after) is None
        touches = touches.after(asked, NOON + after)


def test_once_ever_is_remembered_when_everything_else_is_over() -> None:
    once = ReEntry.once()
    touches = taken([(entry("1", re_entry=once), NOON), (entry("1", "flow_2", caps=[TWO_A_DAY]), NOON + 400 * DAY)])

    assert reason(touches, entry("2", re_entry=once), NOON + 9_999 * DAY) is SkipReason.RE_ENTRY
    assert reason(touches, entry("2", "flow_3", re_entry=once), NOON) is None
    assert touches.expires_at(NOON) is None


def test_re_entry_is_about_one_flow_and_is_asked_before_the_caps() -> None:
    limits: dict[str, Any] = {"re_entry": ReEntry.cool_down(DAY), "caps": [FrequencyCap("email", 1, DAY)]}
    touches = taken([(entry("1", **limits), NOON)])

    assert reason(touches, entry("2", **limits), NOON) is SkipReason.RE_ENTRY
    assert reason(touches, entry("2", "flow_2", **limits), NOON) is SkipReason.FREQUENCY_CAP


def test_a_place_belongs_to_its_event_and_moves_with_it_when_it_is_tried_again() -> None:
    limits: dict[str, Any] = {"re_entry": ReEntry.once(), "caps": [FrequencyCap("email", 1, DAY)]}
    touches = taken([(entry("1", **limits), NOON)])

    again = taken([(entry("1", **limits), NOON), (entry("1", **limits), NOON + 20 * HOUR)])

    assert [each.taken_at for each in again.touches] == [NOON + 20 * HOUR]
    assert again.entered == touches.entered == {"flow_1": "1"}
    assert reason(again, entry("2", "flow_2", **limits), NOON + DAY) is SkipReason.FREQUENCY_CAP
    assert reason(touches, entry("2", "flow_2", **limits), NOON + DAY) is None


def test_a_place_given_back_is_free_and_nothing_of_it_is_left() -> None:
    limits: dict[str, Any] = {"re_entry": ReEntry.once(), "caps": [FrequencyCap("email", 1, DAY)]}
    touches = taken([(entry("1", **limits), NOON)])

    given_back = touches.without("flow_1", "1")

    assert given_back == NOBODY_YET
    assert touches.without("flow_1", "2") is touches
    assert touches.without("flow_2", "1") is touches


def test_nothing_is_kept_for_a_message_that_nothing_limits() -> None:
    other_channel = entry("1", caps=[FrequencyCap("sms", 1, DAY)])

    assert NOBODY_YET.after(entry("1"), NOON) is NOBODY_YET
    assert NOBODY_YET.after(other_channel, NOON) is NOBODY_YET


def test_a_touch_is_kept_for_the_longest_period_that_counts_it_and_dropped_by_any_flow_after_that() -> None:
    slow = entry("1", "slow", re_entry=ReEntry.cool_down(30 * DAY), caps=[TWO_A_DAY])
    fast = entry("1", "fast", caps=[TWO_A_DAY])
    touches = taken([(slow, NOON), (fast, NOON)])

    later = touches.after(entry("2", "fast", caps=[TWO_A_DAY]), NOON + 30 * DAY - HOUR)
    latest = later.after(entry("3", "fast", caps=[TWO_A_DAY]), NOON + 30 * DAY)

    assert touches.expires_at(NOON) == NOON + 30 * DAY + KEPT_LONGER
    assert [(each.flow_id, each.event_id) for each in later.touches] == [("slow", "1"), ("fast", "2")]
    assert [(each.flow_id, each.event_id) for each in latest.touches] == [("fast", "2"), ("fast", "3")]
    assert NOBODY_YET.expires_at(NOON) == NOON + KEPT_LONGER


CAPS = st.lists(st.builds(FrequencyCap, st.just("email"), st.integers(1, 4), st.integers(1, 48).map(HOUR.__mul__)))


@given(CAPS, st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40)), max_size=40))
def test_no_span_of_any_caps_period_holds_more_messages_than_it_says(
    caps: list[FrequencyCap], asked: list[tuple[int, int]]
) -> None:
    touches, now, sent = NOBODY_YET, NOON, list[datetime]()

    for place, (flow, hours) in enumerate(asked):
        now += hours * HOUR
        message = entry(str(place), f"flow_{flow}", caps=caps)
        if touches.refusal(message, now) is None:
            touches = touches.after(message, now)
            sent.append(now)

    for cap in caps:
        assert all(sum(end - cap.period < each <= end for each in sent) <= cap.messages for end in sent)
        assert len(touches.touches) <= min(each.messages for each in caps if each.period == longest(caps))


def longest(caps: list[FrequencyCap]) -> timedelta:
    return max(each.period for each in caps)


def test_what_makes_no_sense_is_named_by_its_path() -> None:
    caps = [FrequencyCap("email", 0, DAY), FrequencyCap("email", 1, timedelta(0)), FrequencyCap("email", 1, DAY)]

    assert [each.path for each in reasons_against_caps(caps)] == ["/0/messages", "/1/period"]


@pytest.mark.parametrize(
    ("rule_given", "paths"),
    [
        (ReEntry.every_event(), []),
        (ReEntry.once(), []),
        (ReEntry.cool_down(DAY), []),
        (ReEntry(None, DAY), ["/entries"]),
        (ReEntry(2, None), ["/entries"]),
        (ReEntry.at_most(101, 366 * DAY), ["/entries", "/period"]),
    ],
)
def test_a_re_entry_rule_is_one_of_the_four(rule_given: ReEntry, paths: list[str]) -> None:
    assert [each.path for each in reasons_against_re_entry(rule_given)] == paths
