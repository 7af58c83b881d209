"""What is remembered for a second: how old it may be, who shares an answer, and what a failure leaves behind."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Event

import pytest

from signalbox.adapters.recent import (
    LIFETIME,
    READERS,
    Recent,
    RecentBlocks,
    RecentDestinations,
    RecentFlows,
    RecentPartners,
    RecentSegments,
)
from signalbox.domain.content_blocks import ContentBlock
from signalbox.domain.errors import Misconfigured, Transient
from signalbox.domain.flows import FlowStatus, PauseMode
from signalbox.domain.segments import RuleSegment
from tests.fakes.destinations import FakeDestinations
from tests.fakes.others import FakeClock
from tests.fakes.segments import FakeContentBlocks, FakeSegments
from tests.fakes.stores import FakeCursors, FakePartners, FakeRegistry
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID
from tests.unit.webhooks import destination

MS = timedelta(milliseconds=1)
WAIT_S = 10
CALLERS = 16


class CountingClock(FakeClock):
    looks = 0

    def now(self) -> datetime:
        self.looks += 1
        return super().now()


class Store:
    """Answers each question with how often it was asked by then; fails while there is a `fault`."""

    def __init__(self, clock: FakeClock) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.fault: Exception | None = None
        self.takes = timedelta(0)
        self._clock = clock

    def ask(self, *key: str) -> int:
        self.asked.append(key)
        self._clock.pass_time(self.takes)
        if self.fault is not None:
            raise self.fault
        return self.asked.count(key)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON)


@pytest.fixture
def store(clock: FakeClock) -> Store:
    return Store(clock)


def at_once[T](ask: Callable[[], T]) -> list[T]:
    together = Barrier(CALLERS)

    def call() -> T:
        together.wait(WAIT_S)
        return ask()

    with ThreadPoolExecutor(CALLERS) as pool:
        return [future.result() for future in [pool.submit(call) for _ in range(CALLERS)]]


def test_an_answer_is_remembered_for_less_than_its_lifetime(clock: FakeClock, store: Store) -> None:
    recent = Recent(store.ask, clock)

    answers = [recent("a")]
    clock.pass_time(LIFETIME - MS)
    answers.append(recent("a"))
    clock.pass_time(MS)
    answers.append(recent("a"))

    assert answers == [1, 1, 2]
    assert timedelta(seconds=1) == LIFETIME


def test_being_asked_for_often_does_not_make_an_answer_live_longer(clock: FakeClock, store: Store) -> None:
    recent = Recent(store.ask, clock)

    for _ in range(10):
        recent("a")
        clock.pass_time(LIFETIME / 5)

    assert len(store.asked) == 2


def test_an_answers_age_counts_from_before_the_question(clock: FakeClock, store: Store) -> None:
    recent = Recent(store.ask, clock)
    store.takes = LIFETIME

    assert [recent("a"), recent("a")] == [1, 2]


def test_different_questions_have_different_answers(clock: FakeClock, store: Store) -> None:
    recent = Recent(store.ask, clock)

    for key in [("a", "b"), ("b", "a"), ("a", "b")]:
        recent(*key)

    assert store.asked == [("a", "b"), ("b", "a")]


def test_threads_that_ask_the_same_at_once_share_one_answer(clock: FakeClock, store: Store) -> None:
    recent = Recent(store.ask, clock)

    answers = at_once(lambda: recent("a"))

    assert answers == [1] * CALLERS
    assert store.asked == [("a",)]


def test_a_question_that_waits_for_long_holds_up_no_other(clock: FakeClock) -> None:
    let_go = Event()

    def ask(name: str) -> bool:
        return name == "fast" or let_go.wait(WAIT_S)

    recent = Recent(ask, clock)
    with ThreadPoolExecutor(READERS - 1) as pool:
        slow = [pool.submit(recent, f"slow {number}") for number in range(READERS - 1)]
        is_answered = recent("fast")
        let_go.set()

    assert is_answered
    assert all(each.result() for each in slow)


@pytest.mark.parametrize("fault", [Transient("it is down"), Misconfigured("it is not there")])
def test_a_failure_is_raised_and_not_remembered(clock: FakeClock, store: Store, fault: Exception) -> None:
    recent = Recent(store.ask, clock)
    store.fault = fault

    with pytest.raises(type(fault)):
        recent("a")
    store.fault = None

    assert recent("a") == 2


def test_nothing_stale_is_given_while_the_store_fails(clock: FakeClock, store: Store) -> None:
    recent = Recent(store.ask, clock)
    recent("a")
    clock.pass_time(LIFETIME)
    store.fault = Transient("it is down")

    with pytest.raises(Transient):
        recent("a")


def test_those_who_wait_for_an_answer_that_fails_do_not_ask_one_after_another() -> None:
    clock, asked = CountingClock(NOON), []

    def ask(_: str) -> None:
        asked.append(1)
        while clock.looks < CALLERS:
            time.sleep(0.001)
        time.sleep(0.5)  # the last to come looks for an answer right after the clock
        raise Transient("it is down")

    recent = Recent(ask, clock)

    def fails() -> bool:
        try:
            recent("a")
        except Transient:
            return True
        return False

    assert all(at_once(fails))
    assert len(asked) == 1


def test_of_too_many_the_one_asked_longest_ago_is_forgotten(clock: FakeClock, store: Store) -> None:
    recent = Recent(store.ask, clock, capacity=2)

    for key in "ab":
        recent(key)
    clock.pass_time(LIFETIME)
    for key in "acab":
        recent(key)

    assert store.asked == [(key,) for key in "abacb"]


def test_a_partner_and_a_flow_are_read_once_a_second_and_a_pause_is_in_force_after_one(clock: FakeClock) -> None:
    partners = FakePartners(makers.partner())
    registry = FakeRegistry(partners, FakeCursors())
    registry.commit_trigger(makers.trigger())
    registry.save_flow(makers.flow())
    recent_partners, recent_flows = RecentPartners(partners, clock), RecentFlows(registry, clock)
    assert recent_partners.find(PARTNER_ID) == makers.partner()
    assert recent_flows.flow(PARTNER_ID, "flow_1") == makers.flow()
    paused = makers.flow(version=2, status=FlowStatus.PAUSED, pause_mode=PauseMode.HOLD)
    registry.save_flow(paused)
    partners.by_id[PARTNER_ID] = makers.partner(version=2)

    before = recent_partners.find(PARTNER_ID), recent_flows.flow(PARTNER_ID, "flow_1")
    clock.pass_time(timedelta(seconds=1))
    after = recent_partners.find(PARTNER_ID), recent_flows.flow(PARTNER_ID, "flow_1")

    assert before == (makers.partner(), makers.flow())
    assert after == (makers.partner(version=2), paused)
    assert (recent_partners.find("partner_2"), recent_flows.flow(PARTNER_ID, "flow_2")) == (None, None)


def test_segments_and_blocks_are_read_once_a_second_for_all_who_list_the_same(clock: FakeClock) -> None:
    first, second = (RuleSegment(PARTNER_ID, "gold", "Gold", "contact.gold", version) for version in (1, 2))
    footer, edited = (ContentBlock(PARTNER_ID, "footer", "Bye", version) for version in (1, 2))
    segments, blocks = FakeSegments(first), FakeContentBlocks(footer)
    recent_segments, recent_blocks = RecentSegments(segments, clock), RecentBlocks(blocks, clock)
    assert recent_segments.find_all(PARTNER_ID, ["gold", "x"]) == {"gold": first}
    assert list(recent_blocks.find_all(PARTNER_ID, {"footer"})) == [footer]
    segments.save(second)
    blocks.save(edited)

    before = recent_segments.find_all(PARTNER_ID, ("x", "gold")), recent_blocks.find_all(PARTNER_ID, ["footer"])
    reads = segments.reads, blocks.reads
    clock.pass_time(timedelta(seconds=1))
    after = recent_segments.find_all(PARTNER_ID, ("x", "gold")), recent_blocks.find_all(PARTNER_ID, ["footer"])

    assert before == ({"gold": first}, [footer])
    assert after == ({"gold": second}, [edited])
    assert reads == (1, 1)
    assert recent_segments.find_all("partner_2", ["gold", "x"]) == {}
    assert list(recent_blocks.find_all("partner_2", ["footer"])) == []


def test_a_destination_is_remembered_and_what_is_saved_goes_through_at_once() -> None:
    clock, store = FakeClock(NOON), FakeDestinations()
    store.save(destination())
    recent = RecentDestinations(store, clock)
    found = recent.find(PARTNER_ID, "destination_1")

    recent.save(destination().disabled("gone"))

    assert found == destination() == recent.find(PARTNER_ID, "destination_1")
    assert store.find(PARTNER_ID, "destination_1") == destination().disabled("gone")
    clock.pass_time(LIFETIME)
    assert recent.find(PARTNER_ID, "destination_1") == destination().disabled("gone")
