"""Holding and releasing under any order of requests, any interruption of one by another, any crash, and time.

A request may be interrupted before or after any call it makes of a store: by another request that runs to its end,
or by the death of its process, after which its sender sends it again.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from signalbox.domain.events import IDENTIFY, Event
from signalbox.domain.submissions import Acceptance, EventDraft
from signalbox.services.ingestion import Ingestion
from tests.fakes.others import Crash
from tests.unit import makers
from tests.unit.ingesting import Door

WEEK = timedelta(days=7)
MS = timedelta(milliseconds=1)
MOST_CALLS = 24  # points of interruption of the longest request: two for each call of a store

CLIENTS = st.sampled_from(["client-a", "client-b"])
PEOPLE = st.sampled_from(["ana@example.org", "ben@example.org"])
NUMBERS = st.integers(1, 3)
SPANS = st.sampled_from([MS, timedelta(hours=1), timedelta(days=3), timedelta(days=4), WEEK - MS, WEEK])


@dataclass(frozen=True)
class Request:
    """An identify where `email` is given, else a track without an address; each client has its own names."""

    client_id: str
    number: int
    email: str | None = None

    @property
    def name(self) -> str:
        return f"{self.client_id} {self.email} {self.number}"

    def draft(self) -> EventDraft:
        kind = {"event_type": IDENTIFY, "event_name": IDENTIFY} if self.email else {}
        return makers.draft(client_id=self.client_id, event_id=self.name, email=self.email, **kind)


TRACKS = st.builds(Request, CLIENTS, NUMBERS)
IDENTIFIES = st.builds(Request, CLIENTS, st.just(1), PEOPLE)
REQUESTS = TRACKS | IDENTIFIES
POINTS = st.integers(0, MOST_CALLS)


class Identifying(RuleBasedStateMachine):
    """The service before fake stores, and what its answers promised."""

    def __init__(self) -> None:
        super().__init__()
        self.door = Door()
        self.identified: list[tuple[str, str, datetime]] = []
        self.held_since: dict[str, datetime] = {}
        self.answered_stored: set[str] = set()

    @rule(request=REQUESTS)
    def answer(self, request: Request) -> None:
        """Take a request in without interruption."""
        self._send(request, self.door.service())

    @rule(request=REQUESTS, point=POINTS)
    def die_and_send_again(self, request: Request, point: int) -> None:
        """Let the process die at a point; the sender got no answer and repeats."""
        try:
            self._send(request, self._interrupted(point, lambda: True))
        except Crash:
            self._send(request, self.door.service())

    @rule(request=REQUESTS, point=POINTS, other=REQUESTS)
    def interrupt(self, request: Request, point: int, other: Request) -> None:
        """Let another request run from its start to its end at a point of this one."""

        def meanwhile() -> bool:
            self._send(other, self.door.service())
            return False

        self._send(request, self._interrupted(point, meanwhile))

    @rule(span=SPANS)
    def pass_time(self, span: timedelta) -> None:
        """Let time pass."""
        self.door.clock.pass_time(span)

    @rule()
    def expire(self) -> None:
        """Let the store delete what is past its time, as it does late or never."""
        now = self.door.clock.now()
        held, mappings = self.door.held_events.held, self.door.identities.by_client
        for key in [key for key, each in held.items() if each.expires_at <= now]:
            del held[key]
        for client in [client for client, mapping in mappings.items() if mapping.expires_at <= now]:
            del mappings[client]

    @invariant()
    def what_was_answered_is_stored_or_held_for_seven_days(self) -> None:
        stored = {event.event_id for event in self._stored()}
        held = {name for _, _, name in self.door.held_events.held}
        assert self.answered_stored <= stored
        for name, since in self.held_since.items():
            assert name in stored | held or self.door.clock.now() >= since + WEEK

    @invariant()
    def what_is_held_is_released_at_most_once(self) -> None:
        released = Counter(
            (event.event_id, event.occurred_at) for event in self._stored() if event.received_at > event.occurred_at
        )
        assert all(times == 1 for times in released.values())

    @invariant()
    def nothing_is_released_after_seven_days(self) -> None:
        assert all(event.received_at < event.occurred_at + WEEK for event in self._stored())

    @invariant()
    def nothing_is_held_of_a_client_that_is_identified(self) -> None:
        now = self.door.clock.now()
        for (_, client_id, _), held in self.door.held_events.held.items():
            assert held.expires_at <= now or not self._people(client_id, now)

    @invariant()
    def nobody_is_named_by_an_identify_of_over_seven_days_ago(self) -> None:
        for event in self._stored():
            assert event.identity in self._people(event.client_id, event.received_at)

    def _send(self, request: Request, service: Ingestion) -> None:
        now = self.door.clock.now()
        if request.email:
            self.identified.append((request.client_id, request.email, now))
        acceptance = service.accept(makers.submission(draft=request.draft()))
        if acceptance is not Acceptance.HELD:
            self.answered_stored.add(request.name)
        elif now >= self.held_since.get(request.name, now - WEEK) + WEEK:
            self.held_since[request.name] = now

    def _interrupted(self, point: int, interruption: Callable[[], bool]) -> Ingestion:
        """Make a service that is interrupted once, at the point of that number."""
        points = iter(range(point + 1))

        def plan(_name: str, _where: str) -> bool:
            return next(points, None) == point and interruption()

        return self.door.crashing(plan)

    def _stored(self) -> list[Event]:
        return list(self.door.events.stored.values())

    def _people(self, client_id: str, at: datetime) -> set[str | None]:
        """Give those whom an identify named for the client within the seven days up to then."""
        return {email for client, email, since in self.identified if client == client_id and since <= at < since + WEEK}


TestIdentifying = Identifying.TestCase
TestIdentifying.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
