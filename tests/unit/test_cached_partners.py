"""Remembered partners: how long and how many; strangers are not remembered."""

from datetime import timedelta

import pytest

from signalbox.adapters.cached_partners import LIFETIME, CachedPartners
from signalbox.domain.errors import Transient
from signalbox.domain.partners import Partner
from tests.fakes.others import FakeClock
from tests.unit.makers import NOON, partner

MS = timedelta(milliseconds=1)


class CountedPartners:
    """Partners that note each question; each takes a while to answer, and none does while `is_down`."""

    def __init__(self, clock: FakeClock, *partners: Partner) -> None:
        self.by_id = {each.partner_id: each for each in partners}
        self.asked: list[str] = []
        self.is_down = False
        self.takes = timedelta(0)
        self._clock = clock

    def find(self, partner_id: str) -> Partner | None:
        self.asked.append(partner_id)
        if self.is_down:
            raise Transient
        self._clock.pass_time(self.takes)
        return self.by_id.get(partner_id)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOON)


@pytest.fixture
def behind(clock: FakeClock) -> CountedPartners:
    return CountedPartners(clock, partner(partner_id="known"))


def test_a_partner_is_remembered_without_asking_again(clock: FakeClock, behind: CountedPartners) -> None:
    cached = CachedPartners(behind, clock)
    found = cached.find("known")
    clock.pass_time(LIFETIME - MS)

    remembered = cached.remembered("known")

    assert remembered is found is behind.by_id["known"]
    assert behind.asked == ["known"]


@pytest.mark.parametrize("partner_id", ["known", "unknown", ""])
def test_nobody_is_remembered_before_the_store_was_asked(
    clock: FakeClock, behind: CountedPartners, partner_id: str
) -> None:
    assert CachedPartners(behind, clock).remembered(partner_id) is None
    assert behind.asked == []


def test_a_stranger_is_asked_for_every_time(clock: FakeClock, behind: CountedPartners) -> None:
    cached = CachedPartners(behind, clock)

    assert cached.find("unknown") is cached.remembered("unknown") is cached.find("unknown") is None
    assert behind.asked == ["unknown", "unknown"]


def test_whoever_asks_the_store_has_its_present_answer_remembered(clock: FakeClock, behind: CountedPartners) -> None:
    cached = CachedPartners(behind, clock)
    cached.find("known")
    behind.by_id = {"known": partner(partner_id="known", version=2)}

    found = cached.find("known")

    assert found is cached.remembered("known") is behind.by_id["known"]


def test_a_partner_that_is_gone_is_forgotten(clock: FakeClock, behind: CountedPartners) -> None:
    cached = CachedPartners(behind, clock)
    cached.find("known")
    behind.by_id = {}

    cached.find("known")

    assert cached.remembered("known") is None


def test_no_answer_is_remembered_for_sixty_seconds(clock: FakeClock, behind: CountedPartners) -> None:
    cached = CachedPartners(behind, clock)
    cached.find("known")

    clock.pass_time(timedelta(seconds=60))

    assert cached.remembered("known") is None


def test_being_asked_for_often_does_not_make_an_answer_live_longer(clock: FakeClock, behind: CountedPartners) -> None:
    cached = CachedPartners(behind, clock)
    cached.find("known")

    for _ in range(60):
        cached.remembered("known")
        clock.pass_time(timedelta(seconds=1))

    assert cached.remembered("known") is None


def test_an_answers_age_counts_from_before_the_question(clock: FakeClock, behind: CountedPartners) -> None:
    cached = CachedPartners(behind, clock)
    behind.takes = timedelta(seconds=2)
    cached.find("known")

    clock.pass_time(timedelta(seconds=58))

    assert cached.remembered("known") is None


def test_of_too_many_the_one_asked_about_longest_ago_is_forgotten(clock: FakeClock, behind: CountedPartners) -> None:
    behind.by_id = {partner_id: partner(partner_id=partner_id) for partner_id in "abc"}
    cached = CachedPartners(behind, clock, capacity=2)
    for partner_id in "aba":
        cached.find(partner_id)

    cached.find("c")

    assert [cached.remembered(partner_id) for partner_id in "abc"] == [behind.by_id["a"], None, behind.by_id["c"]]


def test_nothing_stale_is_given_while_the_store_fails(clock: FakeClock, behind: CountedPartners) -> None:
    cached = CachedPartners(behind, clock)
    cached.find("known")
    clock.pass_time(LIFETIME)
    behind.is_down = True

    with pytest.raises(Transient):
        cached.find("known")

    assert cached.remembered("known") is None
