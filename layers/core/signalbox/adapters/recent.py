"""What many matches ask for alike, read once and remembered for a second.

So a pause of a flow is in force a second later, and a thousand messages of a flow cost one read of it a second.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from signalbox.domain.content_blocks import ContentBlock
from signalbox.domain.flows import Flow
from signalbox.domain.partners import Partner
from signalbox.domain.segments import Segment
from signalbox.domain.webhooks import Destination
from signalbox.ports import Clock, Flows, KnownBlocks, KnownDestinations, KnownSegments, Partners

LIFETIME = timedelta(seconds=1)
CAPACITY = 1000
READERS = 4  # different things that are asked for at once; each is a call of some milliseconds


class Recent[*Key, Found]:
    """A question with a memory, for any number of threads; those that ask the same at once share one answer.

    Age counts from before the store was asked. A failure is raised to all who waited for it and not remembered.
    """

    def __init__(
        self, ask: Callable[[*Key], Found], clock: Clock, lifetime: timedelta = LIFETIME, capacity: int = CAPACITY
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._lifetime = lifetime
        self._capacity = capacity
        self._readers = ThreadPoolExecutor(READERS)
        self._lock = Lock()
        self._answers: dict[tuple[*Key], tuple[datetime, Future[Found]]] = {}

    def __call__(self, *key: *Key) -> Found:
        """Give the answer as it was less than `lifetime` ago; of too many the one asked longest ago is forgotten."""
        now = self._clock.now()
        with self._lock:
            asked = self._answers.get(key)
            if asked is not None and now - asked[0] < self._lifetime and not _has_failed(asked[1]):
                answer = asked[1]
            else:
                answer = self._readers.submit(self._ask, *key)
                self._answers.pop(key, None)
                self._answers[key] = now, answer
                if len(self._answers) > self._capacity:
                    del self._answers[next(iter(self._answers))]
        return answer.result()


def _has_failed(answer: Future[Any]) -> bool:
    return answer.done() and answer.exception() is not None


class RecentPartners:
    """The `Partners` port before a store of partners."""

    def __init__(self, partners: Partners, clock: Clock) -> None:
        self._find = Recent(partners.find, clock)

    def find(self, partner_id: str) -> Partner | None:
        """Give the partner as it was less than a second ago."""
        return self._find(partner_id)


class RecentDestinations:
    """The `KnownDestinations` port before a store of them; what is saved goes through, and is seen a second later."""

    def __init__(self, destinations: KnownDestinations, clock: Clock) -> None:
        self._destinations = destinations
        self._find = Recent(destinations.find, clock)

    def find(self, partner_id: str, destination_id: str) -> Destination | None:
        """Give the destination as it was less than a second ago."""
        return self._find(partner_id, destination_id)

    def save(self, destination: Destination) -> None:
        """Ask the store."""
        self._destinations.save(destination)


class RecentFlows:
    """The `Flows` port before a store of flows."""

    def __init__(self, flows: Flows, clock: Clock) -> None:
        self._flow = Recent(flows.flow, clock)

    def flow(self, partner_id: str, flow_id: str) -> Flow | None:
        """Give the flow as it was less than a second ago."""
        return self._flow(partner_id, flow_id)


class RecentSegments:
    """The `KnownSegments` port before a store of segments."""

    def __init__(self, segments: KnownSegments, clock: Clock) -> None:
        self._find_all: Recent[str, frozenset[str], Mapping[str, Segment]] = Recent(segments.find_all, clock)

    def find_all(self, partner_id: str, segment_ids: Iterable[str]) -> Mapping[str, Segment]:
        """Give those that there were less than a second ago."""
        return self._find_all(partner_id, frozenset(segment_ids))


class RecentBlocks:
    """The `KnownBlocks` port before a store of content blocks."""

    def __init__(self, blocks: KnownBlocks, clock: Clock) -> None:
        self._find_all: Recent[str, frozenset[str], Sequence[ContentBlock]] = Recent(blocks.find_all, clock)

    def find_all(self, partner_id: str, names: Iterable[str]) -> Sequence[ContentBlock]:
        """Give those that there were less than a second ago."""
        return self._find_all(partner_id, frozenset(names))
