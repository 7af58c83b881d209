"""Remembered partners: how long, how many, and that strangers are remembered too."""

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


@pytest.mark.parametrize("partner_id", ["known", "unknown", ""])
def test_a_partner_is_asked_for_once_known_or_not(clock: FakeClock, behind: CountedPartners, partner_id: str) -> None:
    cached = CachedPartners(behind, clock)

    first = cached.find(partner_id)
    clock.pass_time(LIFETIME - MS)
    second = cached.find(partner_id)

    assert first is second is behind.by_id.get(partner_id)
    assert behind.asked == [partner_id]


@pytest.mark.parametrize("partner_id", ["known", "unknown"])
def test_no_answer_is_older_than_sixty_seconds(clock: FakeClock, behind: CountedPartners, partner_id: str) -> None:
    cached = CachedPartners(behind, clock)
    cached.find(partner_id)
    behind.by_id = {"unknown": partner(partner_id="unknown")}

    clock.pass_time(timedelta(seconds=60))

    assert cached.find(partner_id) is behind.by_id.get(partner_id)


def test_being_asked_for_often_does_not_make_an_answer_live_longer(clock: FakeClock, behind: CountedPartners) -> None:
    cached = CachedPartners(behind, clock)

    for _ in range(61):
        cached.find("known")
        clock.pass_time(timedelta(seconds=1))

    assert behind.asked == ["known", "known"]


def test_an_answers_age_counts_from_before_the_question(clock: FakeClock, behind: CountedPartners) -> None:
    cached = CachedPartners(behind, clock)
    behind.takes = timedelta(seconds=2)
    cached.find("known")

    clock.pass_time(timedelta(seconds=58))
    cached.find("known")

    assert behind.asked == ["known", "known"]


def test_of_too_many_the_one_not_asked_for_longest_is_forgotten(clock: FakeClock, behind: CountedPartners) -> None:
    cached = CachedPartners(behind, clock, capacity=2)
    for partner_id in ("a", "b", "a", "c"):
        cached.find(partner_id)
    behind.asked.clear()

    for partner_id in ("a", "c", "b"):
        cached.find(partner_id)

    assert behind.asked == ["b"]


def test_nothing_stale_is_given_while_the_store_fails(clock: FakeClock, behind: CountedPartners) -> None:
    cached = CachedPartners(behind, clock)
    cached.find("known")
    clock.pass_time(LIFETIME)
    behind.is_down = True

    with pytest.raises(Transient):
        cached.find("known")


def test_a_failure_is_not_remembered(clock: FakeClock, behind: CountedPartners) -> None:
    cached = CachedPartners(behind, clock)
    behind.is_down = True
    with pytest.raises(Transient):
        cached.find("known")

    behind.is_down = False

    assert cached.find("known") is behind.by_id["known"]
