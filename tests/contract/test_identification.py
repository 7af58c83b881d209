"""Holding and releasing through the whole service with many callers at once, on stores that are really shared."""

from collections import Counter
from datetime import timedelta

import pytest

from signalbox.adapters.clock import SystemClock
from signalbox.domain.errors import Transient
from signalbox.domain.events import IDENTIFY, Event
from signalbox.domain.queries import Window
from signalbox.domain.submissions import Acceptance, EventDraft
from signalbox.ports import Clock
from signalbox.services.identification import Identification
from signalbox.services.ingestion import Ingestion
from signalbox.wire.traits import traits_of
from tests.contract.backends import CALLERS, DYNAMODB_LOCAL, at_once
from tests.contract.conftest import Stores
from tests.fakes.others import FakeClock
from tests.fakes.rows import events_in
from tests.fakes.stores import FakePartners
from tests.unit.makers import NOON, SECRET, draft, partner, submission

MS = timedelta(milliseconds=1)
WEEK = timedelta(days=7)
SHARDS = 2
HELD = [f"held-{number}" for number in range(40)]
PEOPLE = ("ana@example.org", "ben@example.org")


class Caller:
    """A partner's site, which repeats a request until it is answered."""

    def __init__(self, stores: Stores, partner_id: str, clock: Clock) -> None:
        self.partner_id = partner_id
        self._stores = stores
        self._service = Ingestion(
            clock=clock,
            partners=FakePartners(partner(partner_id=partner_id, shards=SHARDS)),
            events=stores.events,
            quarantine=stores.quarantine,
            identification=Identification(
                clock=clock,
                identities=stores.identities,
                held_events=stores.held_events,
                contacts=stores.contacts,
                traits_of=traits_of,
            ),
        )

    def track(self, name: str) -> Acceptance:
        return self._send(draft(event_id=name, email=None))

    def identify(self, email: str) -> Acceptance:
        return self._send(draft(event_id=email, event_type=IDENTIFY, event_name=IDENTIFY, email=email))

    def stored(self, window: Window) -> list[Event]:
        return events_in(self._stores.events, self.partner_id, SHARDS, window)

    def held(self) -> list[str]:
        return [held.event.event_id for held in self._stores.held_events.of_client(self.partner_id, "client-1")]

    def _send(self, sent: EventDraft) -> Acceptance:
        while True:
            try:
                return self._service.accept(submission(partner_id=self.partner_id, secret=SECRET, draft=sent))
            except Transient:
                continue


@DYNAMODB_LOCAL
def test_many_identifies_at_once_release_each_held_event_once(stores: Stores, partner_id: str) -> None:
    clock = SystemClock()
    started_at = clock.now()
    caller = Caller(stores, partner_id, clock)
    assert {caller.track(name) for name in HELD * 2} == {Acceptance.HELD}

    at_once(lambda number: caller.identify(PEOPLE[number % 2]))

    stored = caller.stored(Window(started_at - MS, clock.now()))
    names = Counter(event.event_id for event in stored if event.event_type != IDENTIFY)
    assert names == dict.fromkeys(HELD, 1)
    assert {event.identity for event in stored} <= set(PEOPLE)
    assert caller.held() == []


@DYNAMODB_LOCAL
@pytest.mark.parametrize("attempt", range(8))
def test_what_is_tracked_while_identifies_run_is_neither_lost_nor_left_behind(
    stores: Stores, partner_id: str, attempt: int
) -> None:
    clock = SystemClock()
    started_at = clock.now()
    caller = Caller(stores, partner_id, clock)
    for name in HELD[:5]:
        caller.track(name)

    def call(number: int) -> list[Acceptance]:
        if number % 4 == attempt % 4:
            return [caller.identify(PEOPLE[number % 2])]
        return [caller.track(name) for name in (f"new-{number}", HELD[number % 5])]

    answers = at_once(call)

    stored = caller.stored(Window(started_at - MS, clock.now()))
    names = {event.event_id for event in stored if event.event_type != IDENTIFY}
    tracked = {f"new-{number}" for number in range(CALLERS) if number % 4 != attempt % 4}
    assert all(isinstance(answer, list) for answer in answers)
    assert names == {*HELD[:5], *tracked}
    assert {event.identity for event in stored} <= set(PEOPLE)
    assert caller.held() == []


@pytest.mark.parametrize(("age", "released"), [(WEEK - MS, True), (WEEK, False)])
def test_a_held_event_is_released_for_seven_days_and_not_after(
    stores: Stores, partner_id: str, age: timedelta, *, released: bool
) -> None:
    clock = FakeClock(NOON)
    caller = Caller(stores, partner_id, clock)
    caller.track("event-1")
    clock.pass_time(age)

    caller.identify(PEOPLE[0])

    names = {event.event_id for event in caller.stored(Window(NOON, clock.now()))}
    assert ("event-1" in names) is released


@pytest.mark.parametrize(("age", "acceptance"), [(WEEK - MS, Acceptance.STORED), (WEEK, Acceptance.HELD)])
def test_a_mapping_names_somebody_for_seven_days_and_not_after_though_it_is_still_there(
    stores: Stores, partner_id: str, age: timedelta, acceptance: Acceptance
) -> None:
    clock = FakeClock(NOON)
    caller = Caller(stores, partner_id, clock)
    caller.identify(PEOPLE[0])
    clock.pass_time(age)

    assert caller.track("event-1") is acceptance
