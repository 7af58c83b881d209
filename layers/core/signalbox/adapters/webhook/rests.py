"""Which destinations are left alone for the moment, so that one that is dead delays no others.

A destination rests after a message of its that found no answer, or was asked to come later; its other messages are
then put off without a try. It is known within this process only: each learns by itself, at the cost of one wait.
"""

from datetime import datetime, timedelta
from threading import Lock

from signalbox.domain.errors import NotTried
from signalbox.domain.webhooks import Destination
from signalbox.ports import Clock

REST = timedelta(seconds=60)  # where the endpoint asks for nothing else
LONGEST_REST = timedelta(minutes=5)  # however much longer it asks for: by then it may have been mended


class Rests:
    """The destinations that rest, by the version that was tried: one that was changed is tried at once.

    Several threads may use one.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[tuple[str, str, int], datetime] = {}
        self._lock = Lock()  # of two that begin at once, neither may write back what it read before the other

    def respect(self, destination: Destination) -> None:
        """Raise NotTried while the destination rests."""
        now = self._clock.now()
        until = self._until.get(_key(destination), now)
        if until > now:
            waiting = NotTried("the destination gave no answer a moment ago")
            waiting.retry_after = until - now
            raise waiting

    def begin(self, destination: Destination, asked: timedelta | None) -> None:
        """Let the destination rest, for as long as it asked."""
        now = self._clock.now()
        with self._lock:
            self._until = {key: until for key, until in self._until.items() if until > now}
            self._until[_key(destination)] = now + min(REST if asked is None else asked, LONGEST_REST)


def _key(destination: Destination) -> tuple[str, str, int]:
    return destination.partner_id, destination.destination_id, destination.version
