"""Looking through the past: as far back as it was asked for, or less far and with the reason."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from signalbox.domain.errors import TooLarge, Transient
from signalbox.domain.queries import Window
from signalbox.services.past_events import NO_TIME, MayGoOn, PastEvents, by_day, by_doubling
from tests.fakes.others import FakeEngine
from tests.fakes.stores import FakeEvents, FakeHistory
from tests.unit import makers
from tests.unit.makers import NOON

MS, HOUR, DAY = timedelta(milliseconds=1), timedelta(hours=1), timedelta(days=1)
SETTLE = timedelta(seconds=10)
NOW = NOON + timedelta(minutes=30)
RETENTION = 45 * DAY


class NarrowHistory(FakeHistory):
    """Gives so many hours at once and no more, or refuses."""

    def __init__(self, most: int = 10_000, fault: Transient | None = None) -> None:
        super().__init__()
        self.most, self.fault = most, fault

    def of_hours(self, partner_id: str, shards: int, hours: Sequence[datetime]) -> Sequence[Path]:
        if self.fault is not None:
            raise self.fault
        if len(hours) > self.most:
            raise TooLarge("too much")
        return super().of_hours(partner_id, shards, hours)


class House:
    def __init__(self, history: FakeHistory | None = None, max_events: int = 100) -> None:
        self.events, self.engine, self.history = FakeEvents(), FakeEngine(), history or FakeHistory()
        self.service = PastEvents(
            events=self.events,
            history=self.history,
            engine=self.engine,
            settle=SETTLE,
            event_retention=RETENTION,
            max_events=max_events,
        )

    def receive(self, *received: datetime) -> None:
        for number, at in enumerate(received):
            self.events.append(makers.event(event_id=f"{number} at {at}", received_at=at), 1)

    def since(self, since: datetime, now: datetime = NOW, may_go_on: MayGoOn = lambda: True) -> Any:
        return self.service.since(makers.partner(), since, now, may_go_on)


def test_closed_hours_are_read_from_their_files_and_the_open_one_from_its_store() -> None:
    house = House()
    house.receive(NOON - MS, NOON, NOW - MS, NOW, NOW + MS)

    past = house.since(NOON - 3 * HOUR)

    assert [file.name for file in past.loaded.history] == [(NOON - age * HOUR).isoformat() for age in (3, 2, 1)]
    assert len(past.loaded.events) == 3
    assert (past.window, past.shortfall, past.is_pending) == (Window(NOON - 3 * HOUR, NOW), None, False)


def test_an_hour_that_has_not_settled_is_read_from_its_store() -> None:
    house = House()

    house.since(NOON - 2 * HOUR, NOON + SETTLE - MS)
    unsettled = house.history.asked.copy()
    house.since(NOON - 2 * HOUR, NOON + SETTLE)

    assert unsettled == [NOON - 2 * HOUR]
    assert house.history.asked[1:] == [NOON - 2 * HOUR, NOON - HOUR]


@pytest.mark.parametrize(("most", "start"), [(3, NOON - 2 * HOUR), (1, NOON - HOUR)])
def test_of_too_much_history_the_later_part_is_read(most: int, start: datetime) -> None:
    past = House(NarrowHistory(most)).since(NOON - 4 * HOUR - MS)

    assert past.window == Window(start - MS, NOW)
    assert len(past.loaded.history) == (NOON - start) // HOUR
    assert past.shortfall == "earlier events are too many for one look"


def test_where_no_hour_fits_the_open_one_is_left() -> None:
    past = House(NarrowHistory(0)).since(NOON - 4 * HOUR)

    assert past.window == Window(NOON - MS, NOW)
    assert past.loaded.history == ()


def test_hours_that_are_still_to_be_written_are_told() -> None:
    past = House(NarrowHistory(fault=Transient("7 hours of history are still to be written"))).since(NOON - DAY)

    assert past.window == Window(NOON - MS, NOW)
    assert past.is_pending
    assert past.shortfall == "7 hours of history are still to be written; ask again in a minute"


def test_of_a_busy_hour_the_later_part_is_read_and_no_file() -> None:
    house = House(max_events=2)
    house.receive(*(NOON + minutes * timedelta(minutes=1) for minutes in (1, 20, 25)))

    past = house.since(NOON - DAY)

    assert len(past.loaded.events) == 2
    assert past.window.start == NOON + timedelta(minutes=1)
    assert past.loaded.history == ()
    assert past.shortfall == "the last hour holds over 2 events"


def test_of_an_instant_that_holds_too_many_events_all_are_read() -> None:
    house = House(max_events=2)
    house.receive(NOW - MS, NOW)
    for number in range(4):
        house.events.append(makers.event(event_id=f"more {number}", received_at=NOW), 1)

    past = house.since(NOON - DAY)

    assert len(past.loaded.events) == 5
    assert past.window.start == NOW - MS
    assert past.shortfall == "the last hour holds over 2 events"


def test_when_the_time_is_up_no_further_page_of_the_open_hour_is_read() -> None:
    house = House(max_events=10_000)
    house.receive(*(NOW - number * MS for number in range(2500)))
    left = [True]

    past = house.since(NOON - DAY, may_go_on=lambda: bool(left) and left.pop())

    assert len(past.loaded.events) == 2000
    assert past.window.start == NOW - 2000 * MS
    assert (past.loaded.history, past.shortfall) == ((), NO_TIME)


def test_what_is_kept_no_longer_is_not_looked_for() -> None:
    house = House()

    past = house.since(NOW - 50 * DAY)

    assert past.window.start == NOW - RETENTION + HOUR
    assert min(house.history.asked) >= NOW - RETENTION
    assert past.shortfall == "earlier events are kept no more"


def test_a_look_at_the_last_minutes_reads_no_file() -> None:
    house = House()
    house.receive(NOW - MS, NOW)

    past = house.since(NOW - MS)

    assert (past.window, past.shortfall, len(past.loaded.events)) == (Window(NOW - MS, NOW), None, 1)


@pytest.mark.parametrize(
    ("spans", "lengths"),
    [(by_day, [DAY] * 9 + [HOUR]), (by_doubling, [2 * DAY, 2 * DAY, 4 * DAY, DAY + HOUR])],
)
def test_a_search_asks_span_by_span_the_latest_first_and_leaves_no_instant_out(
    spans: Callable[[Window], Iterator[Window]], lengths: Sequence[timedelta]
) -> None:
    house = House()
    past = house.since(NOW - 9 * DAY - HOUR)

    windows = [window for window, _ in house.service.search(past, "select", spans, lambda: True)]

    assert [window.end - window.start for window in windows] == lengths
    assert [window.end for window in windows] == [NOW, *(window.start for window in windows[:-1])]
    assert [query.window for query in house.engine.asked] == windows
    assert [query.reads_from for query in house.engine.asked] == [window.start for window in windows]


def test_when_the_time_is_up_no_further_span_is_asked() -> None:
    house = House()
    past = house.since(NOW - 5 * DAY)
    left = [True, False]

    windows = [window for window, _ in house.service.search(past, "select", by_day, lambda: left.pop(0))]

    assert windows == [Window(NOW - DAY, NOW), Window(NOW - 2 * DAY, NOW - DAY)]
    assert len(house.engine.asked) == 2
