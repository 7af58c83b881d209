"""A house of why: the services of explaining over the stores of a house of sending."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from signalbox.domain.events import Event, to_ms
from signalbox.domain.queries import Cell, EventRow, Loaded, Query, QueryAnswer, QueryRows, Window
from signalbox.services.event_search import EventSearch
from signalbox.services.explaining import Explaining
from signalbox.services.flow_answers import FlowAnswers
from signalbox.services.past_events import PastEvents
from tests.fakes.rows import event_of
from tests.fakes.stores import (
    FakeCursors,
    FakeDecisionLists,
    FakeEvents,
    FakeHeldEvents,
    FakeHistory,
    FakeIdentities,
    FakeQuarantine,
    FakeSafetyHolds,
)
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID
from tests.unit.sending import House

_ASKED = re.compile(r"WHERE (identity|event_id) = decode\(from_hex\('([0-9a-f]*)'\)\)")


class SearchEngine:
    """Answers the two questions of an explanation, over events at hand and what `events_of` a file tells."""

    def __init__(self, events_of: Callable[[Path], Iterable[EventRow]]) -> None:
        self.failure: QueryAnswer | None = None
        self.before_each: Callable[[], None] = lambda: None
        self._events_of = events_of

    def run(
        self,
        loaded: Loaded,
        traits_of: Callable[[Iterable[str]], Mapping[str, str]],
        queries: Sequence[Query],
    ) -> Iterator[QueryAnswer]:
        rows = [*loaded.events, *(row for file in loaded.history for row in self._events_of(file))]
        for query in queries:
            self.before_each()
            yield self.failure or self._answer(query, [event_of(PARTNER_ID, row) for row in rows])

    def _answer(self, query: Query, events: Iterable[Event]) -> QueryRows:
        asked = _ASKED.search(query.sql)
        assert asked is not None
        column, value = asked[1], bytes.fromhex(asked[2]).decode()
        found = [
            each
            for each in sorted(events, key=lambda each: each.received_at, reverse=True)
            if getattr(each, column) == value and query.window.start < each.received_at <= query.window.end
        ]
        rows: list[dict[str, Cell]] = [{"identity": each.identity, "event_id": each.event_id} for each in found]
        return QueryRows(query.key, rows, 1, {each.event_id: to_ms(each.received_at) for each in found})


class WhyHouse(House):
    """Adds what explaining reads; it is a minute past noon, and so far the flow's runs have come."""

    def __init__(self) -> None:
        super().__init__()
        self.cursors = FakeCursors()
        self.cursors.positions[PARTNER_ID, "flow_1"] = makers.cursor(position=NOON + timedelta(minutes=1))
        self.safety_holds = FakeSafetyHolds()
        self.identities, self.quarantine = FakeIdentities(), FakeQuarantine()
        self.held_events = FakeHeldEvents(self.events, self.clock)
        self.history = FakeHistory()
        self.engine = SearchEngine(self._in_file)

    def why(self, **ports: Any) -> Explaining:
        events: FakeEvents = self.events
        lists = ports.get("decision_lists") or FakeDecisionLists(self.deliveries)
        past_events = PastEvents(
            events=events,
            history=ports.get("history", self.history),
            engine=self.engine,
            settle=timedelta(seconds=10),
            event_retention=timedelta(days=45),
        )
        return Explaining(
            clock=self.clock,
            partners=self.partners,
            event_search=EventSearch(
                events=events,
                past_events=past_events,
                identities=self.identities,
                held_events=self.held_events,
                quarantine=self.quarantine,
            ),
            contacts=self.contacts,
            suppressions=self.suppressions,
            decision_lists=lists,
            flow_answers=FlowAnswers(
                clock=self.clock,
                definitions=self.registry,
                cursors=self.cursors,
                safety_holds=self.safety_holds,
                decision_lists=lists,
                messages=self.messages,
            ),
        )

    def _in_file(self, file: Path) -> Iterable[EventRow]:
        hour = datetime.fromisoformat(file.name)
        window = Window(hour - timedelta(milliseconds=1), hour + timedelta(hours=1, milliseconds=-1))
        return self.events.read(file.parent.name, 1, window)
