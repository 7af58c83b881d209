"""A fake of the store of destinations, and of the channel to them."""

from collections.abc import Iterator
from threading import RLock

from signalbox.domain.errors import Conflict
from signalbox.domain.webhooks import Destination, WebhookMessage


class FakeDestinations:
    def __init__(self) -> None:
        self.by_id: dict[tuple[str, str], Destination] = {}
        self._lock = RLock()

    def find(self, partner_id: str, destination_id: str) -> Destination | None:
        return self.by_id.get((partner_id, destination_id))

    def of_partner(self, partner_id: str) -> Iterator[Destination]:
        yield from [each for (owner, _), each in sorted(self.by_id.items()) if owner == partner_id]

    def save(self, destination: Destination) -> None:
        key = destination.partner_id, destination.destination_id
        with self._lock:
            standing = self.by_id.get(key)
            if standing != destination and destination.version != (standing.version if standing else 0) + 1:
                raise Conflict
            self.by_id[key] = destination

    def remove(self, destination: Destination) -> None:
        key = destination.partner_id, destination.destination_id
        with self._lock:
            standing = self.by_id.get(key)
            if standing is not None and standing.version != destination.version:
                raise Conflict
            self.by_id.pop(key, None)


class FakeWebhookChannel:
    """Keeps what it was given to send; each call first does what the next of `faults` says, if any is left."""

    def __init__(self) -> None:
        self.sent: list[tuple[Destination, WebhookMessage]] = []
        self.faults: list[Exception] = []

    def send(self, destination: Destination, message: WebhookMessage) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append((destination, message))
