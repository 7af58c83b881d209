"""Giving what was given up another try: all that lay there, and no more than a call has time for."""

from collections.abc import Mapping
from datetime import timedelta

from signalbox.services.redriving import CALL_TIME, Redriven, Redriving
from tests.fakes.others import FakeClock
from tests.unit.makers import NOON


class FakeDeadLetters:
    """One queue; each call takes `call_time`, and what was put back fails again where `fails` says so."""

    def __init__(self, count: int, *, call_time: timedelta = timedelta(0), fails: bool = False) -> None:
        self.clock = FakeClock(NOON)
        self.left = count
        self._call_time = call_time
        self._fails = fails

    def counts(self) -> Mapping[str, int]:
        return {"sends": self.left}

    def lying(self, queue: str) -> int:
        return self.left

    def move_some(self, queue: str) -> int:
        self.clock.pass_time(self._call_time)
        moved = min(self.left, 10)
        self.left -= 0 if self._fails else moved
        return moved


def _redriven(queue: FakeDeadLetters) -> Redriven:
    return Redriving(clock=queue.clock, dead_letters=queue).redrive("sends")


def test_all_that_lies_there_is_put_back() -> None:
    assert _redriven(FakeDeadLetters(23)) == Redriven(23, 0)


def test_what_fails_again_at_once_is_not_put_back_for_ever() -> None:
    assert _redriven(FakeDeadLetters(23, fails=True)) == Redriven(30, 23)


def test_a_call_ends_when_its_time_is_up_and_says_what_is_left() -> None:
    assert _redriven(FakeDeadLetters(100, call_time=CALL_TIME)) == Redriven(20, 80)
