"""Give what was given up another try, once its cause is mended."""

from dataclasses import dataclass
from datetime import timedelta

from signalbox.ports import Clock, DeadLetters

CALL_TIME = timedelta(seconds=15)
"""How long one call goes on: somebody waits, for 30 seconds at the most."""


@dataclass(frozen=True, slots=True)
class Redriven:
    """How many were put back, and about how many are left."""

    moved: int
    left: int


class Redriving:
    """The use case of whoever mended something."""

    def __init__(self, *, clock: Clock, dead_letters: DeadLetters) -> None:
        self._clock = clock
        self._dead_letters = dead_letters

    def redrive(self, queue: str) -> Redriven:
        """Put back what lies there by now, as far as one call's time goes; what fails again comes back later."""
        began, lay, moved = self._clock.now(), self._dead_letters.lying(queue), 0
        while (some := self._dead_letters.move_some(queue)) and self._clock.now() - began <= CALL_TIME:
            moved += some
            if moved >= lay:  # what came meanwhile may be what failed again
                return Redriven(moved, self._dead_letters.lying(queue))
        return Redriven(moved + some, self._dead_letters.lying(queue))
