"""Backtests: runs over a span of the past, window by window, and what a flow would have made of what they found."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from signalbox.domain.backtests import Backtest, DayCount
from signalbox.domain.decisions import SkipReason
from signalbox.domain.errors import Invalid, Reason, TooLarge, Transient
from signalbox.domain.queries import QueryFailure, QueryFault, Window
from signalbox.services.backtesting import (
    COUNT_EVENTS,
    NO_TIME,
    TOO_MANY_EVENTS,
    TOO_MANY_MATCHES,
)
from tests.fakes.stores import FakeEvents, FakeHistory
from tests.unit import makers
from tests.unit.looking import SETTLE, House, a_flow
from tests.unit.makers import NOON

DAY, HOUR, QUARTER = timedelta(days=1), timedelta(hours=1), timedelta(minutes=15)
MS = timedelta(milliseconds=1)
SETTLED = NOON - SETTLE
TRIGGER = makers.trigger()


@pytest.fixture
def house() -> House:
    return House()


def windows(house: House) -> list[Window]:
    return [query.window for query in house.engine.asked if query.sql != COUNT_EVENTS]


def backtest(house: House, since: datetime, **changes: Any) -> Backtest:
    return house.backtesting.backtest(TRIGGER, since, **changes)


def refusal(house: House, since: datetime, **changes: Any) -> Reason:
    with pytest.raises(Invalid) as invalid:
        backtest(house, since, **changes)
    [reason] = invalid.value.reasons
    return reason


def test_a_span_is_run_in_the_windows_of_a_run_that_catches_up(house: House) -> None:
    answer = backtest(house, NOON - 13 * HOUR)

    starts = [window.start for window in windows(house)]
    assert starts == [NOON - 13 * HOUR + number * QUARTER for number in range(13 * 4)]
    assert [window.end for window in windows(house)] == [*starts[1:], SETTLED]
    assert answer.asked == answer.covered == Window(NOON - 13 * HOUR, SETTLED)
    assert answer.stopped is None


def test_a_query_sees_its_window_and_its_look_back_and_nothing_that_came_later(house: House) -> None:
    house.backtesting.backtest(makers.trigger(lookback=2 * HOUR), NOON - DAY)

    for query in house.engine.asked:
        if query.sql != COUNT_EVENTS:
            assert query.reads_from == query.window.start - 2 * HOUR


def test_every_event_is_found_once_in_files_of_closed_hours_and_in_the_open_one(house: House) -> None:
    ages = [27 * HOUR, 26 * HOUR, 25 * HOUR + MS, 6 * HOUR, 6 * HOUR - MS, HOUR, HOUR - MS, MS * 30_000]
    for age in ages:
        house.receive(NOON - age)
    house.receive(NOON - 28 * HOUR, event_id="before")
    house.receive(NOON - MS, event_id="not settled")

    answer = backtest(house, NOON - 28 * HOUR)

    assert (answer.events, answer.rows, answer.matches) == (8, 8, 8)
    assert house.history.asked == [NOON - 28 * HOUR + number * HOUR for number in range(27)]


def test_with_a_look_back_the_hours_before_are_read_too(house: House) -> None:
    house.receive(NOON - 26 * HOUR)

    answer = house.backtesting.backtest(makers.trigger(lookback=3 * HOUR), NOON - 24 * HOUR)

    assert (house.history.asked[0], answer.events, answer.matches) == (NOON - 27 * HOUR, 0, 0)


def test_only_what_has_settled_is_asked_of_history(house: House) -> None:
    house.clock.instant = NOON + SETTLE - MS

    backtest(house, NOON - 3 * HOUR)

    assert house.history.asked == [NOON - 3 * HOUR, NOON - 2 * HOUR]


def test_what_was_found_is_counted_by_day_with_the_people_in_it(house: House) -> None:
    who = ["ana", "bo", "ana", None]
    for days in (0, 1, 1, 1):
        identity = who.pop()
        at = NOON - HOUR - days * DAY - len(who) * timedelta(minutes=1)
        house.receive(at, identity=identity and f"{identity}@example.org")

    answer = backtest(house, NOON - 2 * DAY)

    today = date(2026, 3, 1)
    assert answer.by_day == [
        DayCount(today - 2 * DAY, 0, 0, 0),
        DayCount(today - DAY, 3, 3, 2),
        DayCount(today, 1, 1, 0),
    ]
    assert (answer.matches, answer.contacts, answer.nameless) == (4, 2, 1)


def test_an_event_that_a_later_run_finds_again_is_a_row_and_no_match(house: House) -> None:
    for hours in (3, 2, 1):
        house.receive(NOON - hours * HOUR, event_id="again")

    answer = backtest(house, NOON - 4 * HOUR, flow=a_flow())

    assert (answer.rows, answer.matches, answer.contacts) == (3, 1, 1)
    assert answer.by_day == [DayCount(date(2026, 3, 1), rows=3, matches=1, contacts=1)]
    assert answer.rehearsal is not None
    assert answer.rehearsal.matches == 1


def test_the_first_rows_are_shown_with_their_columns(house: House) -> None:
    for minutes in range(60):
        house.receive(NOON - HOUR - timedelta(minutes=minutes))
    house.engine.columns = {"visits": 3}

    answer = backtest(house, NOON - 3 * HOUR)

    assert answer.columns == ("identity", "event_id", "client_id", "event_raw", "visits")
    assert [row["event_id"] for row in answer.shown][:2] == [
        f"at {(NOON - 2 * HOUR + minutes * timedelta(minutes=1)).isoformat()}" for minutes in (1, 2)
    ]
    assert (len(answer.shown), answer.rows, answer.largest_run) == (50, 60, 1)


def test_nothing_is_written_or_sent(house: House) -> None:
    house.receive(NOON - HOUR)
    before = house.fingerprint()

    answer = backtest(house, NOON - DAY, flow=a_flow())

    assert answer.rehearsal is not None
    assert answer.rehearsal.would_send == 1
    assert house.fingerprint() == before


def test_a_flow_judges_the_newest_matches_as_of_when_they_were_found(house: House) -> None:
    for days in range(1, 11):
        house.receive(NOON - days * DAY, str(days))
    house.rehearsing = type(house.rehearsing)(
        clock=house.clock, considering=house.considering, contacts=house.contacts, most=3
    )
    house.backtesting = house.backtesting_with()

    rehearsal = backtest(house, NOON - 11 * DAY, flow=a_flow()).rehearsal

    assert rehearsal is not None
    assert (rehearsal.matches, rehearsal.judged, rehearsal.would_send) == (10, 3, 3)
    assert [each.received_at for each in rehearsal.messages] == [NOON - days * DAY for days in (3, 2, 1)]


def test_of_more_matches_than_are_judged_all_are_counted(house: House) -> None:
    for seconds in range(1, 206):
        house.receive(NOON - HOUR + timedelta(seconds=seconds))

    rehearsal = backtest(house, NOON - 2 * HOUR, flow=a_flow()).rehearsal

    assert rehearsal is not None
    assert (rehearsal.matches, rehearsal.judged) == (205, 200)


def test_a_backfill_finds_all_now_so_that_what_is_too_old_by_now_does_not_count(house: House) -> None:
    for days in range(1, 11):
        house.receive(NOON - days * DAY, identity=f"p{days}@example.org")
    house.receive(NOON - DAY, event_id="late", occurred_at=NOON - 4 * DAY)

    answer = house.backtesting.backfill(a_flow(), TRIGGER, NOON - 11 * DAY)

    assert (answer.events, answer.matches, answer.too_old) == (11, 11, 7)
    assert answer.rehearsal is not None
    assert (answer.rehearsal.matches, answer.rehearsal.would_send) == (4, 3)
    assert [each.reason for each in answer.rehearsal.tallies] == [None, SkipReason.TOO_OLD]


def test_the_time_that_is_up_ends_it_and_the_rest_can_be_asked_for_next(house: House) -> None:
    for hours in range(1, 21):
        house.receive(NOON - hours * HOUR + MS)
    left = [True] * 30 + [False]

    first = backtest(house, NOON - 20 * HOUR, may_go_on=lambda: left.pop(0))
    rest = backtest(house, first.covered.end)

    assert first.stopped == NO_TIME
    assert first.covered == Window(NOON - 20 * HOUR, NOON - 20 * HOUR + 31 * QUARTER)
    assert (first.matches, rest.matches, rest.covered.end) == (8, 12, SETTLED)


def test_an_end_in_the_past_is_kept(house: House) -> None:
    for hours in (1, 2, 3):
        house.receive(NOON - hours * HOUR)

    answer = backtest(house, NOON - 4 * HOUR, until=NOON - 2 * HOUR)

    assert (answer.matches, answer.covered) == (2, Window(NOON - 4 * HOUR, NOON - 2 * HOUR))


@pytest.mark.parametrize("since", [SETTLED, NOON + HOUR, SETTLED - 30 * DAY - MS])
def test_a_span_that_is_empty_or_too_long_is_refused(house: House, since: datetime) -> None:
    assert refusal(house, since).path == "/since"


def test_a_backfill_goes_back_as_far_as_events_are_kept(house: House) -> None:
    house.backtesting.backfill(a_flow(), TRIGGER, SETTLED - 45 * DAY, may_go_on=lambda: False)
    with pytest.raises(Invalid, match="the last 45 days"):
        house.backtesting.backfill(a_flow(), TRIGGER, SETTLED - 45 * DAY - MS)


def test_a_query_that_gives_no_answer_is_a_reason_that_says_what_to_do(house: House) -> None:
    house.engine.refused["SELECT"] = QueryFailure("", QueryFault.ROW_LIMIT, "It returned too many rows.")

    reason = refusal(house, NOON - HOUR)

    assert (reason.path, reason.reason.startswith("It returned too many rows. ")) == ("/sql", True)


def test_hours_that_are_still_being_written_end_it_where_it_is(house: House) -> None:
    class Writing(FakeHistory):
        def of_hours(self, partner_id: str, shards: int, hours: Sequence[datetime]) -> Sequence[Path]:
            if hours[-1] >= NOON - 6 * HOUR:
                raise Transient("3 hours of history are still to be written")
            return super().of_hours(partner_id, shards, hours)

    answer = house.backtesting_with(history=Writing()).backtest(TRIGGER, NOON - 12 * HOUR)

    assert answer.stopped == "3 hours of history are still to be written"
    assert answer.covered == Window(NOON - 12 * HOUR, NOON - 6 * HOUR)


def test_more_history_than_can_be_loaded_is_refused(house: House) -> None:
    house.history.refusal = TooLarge("the look-back holds more than 400 MB")

    assert refusal(house, NOON - 12 * HOUR) == Reason("/lookback", "the look-back holds more than 400 MB")


def test_an_open_hour_with_too_many_events_ends_it_before_that(house: House) -> None:
    class Busy(FakeEvents):
        def read(self, partner_id: str, shards: int, window: Window) -> Any:
            [row] = super().read(partner_id, shards, Window(NOON - DAY, NOON))
            return iter([row] * 200_001 if window.end > NOON - HOUR else [])

    busy = Busy()
    busy.append(makers.event(received_at=NOON - timedelta(minutes=1)), 1)

    answer = house.backtesting_with(events=busy).backtest(TRIGGER, NOON - 8 * HOUR)

    assert (answer.stopped, answer.covered.end) == (TOO_MANY_EVENTS, NOON - 2 * HOUR)


def test_too_many_matches_end_it(house: House) -> None:
    for hours in range(1, 9):
        house.receive(NOON - hours * HOUR)

    answer = house.backtesting_with(max_matches=3).backtest(TRIGGER, NOON - 9 * HOUR)

    assert (answer.stopped, answer.matches) == (TOO_MANY_MATCHES, 3)


def test_nothing_of_another_partner_is_found(house: House) -> None:
    house.receive(NOON - HOUR, partner_id="partner_2")

    assert backtest(house, NOON - 2 * HOUR).events == 0
    with pytest.raises(Invalid, match="no such partner"):
        house.backtesting.backtest(makers.trigger(partner_id="partner_9"), NOON - HOUR)


def test_the_engine_is_free_again_however_a_backtest_ends(house: House) -> None:
    backtest(house, NOON - HOUR, may_go_on=lambda: False)
    house.engine.refused["SELECT"] = QueryFailure("", QueryFault.ROW_LIMIT, "It returned too many rows.")
    try:
        backtest(house, NOON - HOUR)
    except Invalid:
        assert house.engine.under_way == 0  # while the fault is still held on to
