"""A house of authors who look before they launch: real templates, a fake engine, and stores that must not change."""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from signalbox.adapters.templating.conditions import JinjaConditions
from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.domain.contacts import Contact, Trait
from signalbox.domain.contents import EmailContent
from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.flows import Flow, FlowStatus
from signalbox.domain.partners import Environment
from signalbox.domain.queries import EventRow, Loaded, Query, QueryAnswer, QueryFailure, Window
from signalbox.services.backtesting import COUNT_EVENTS, Backtesting
from signalbox.services.considering import Considering
from signalbox.services.flow_checks import FlowChecks
from signalbox.services.flow_trials import FlowTrials
from signalbox.services.flow_validation import FlowValidating
from signalbox.services.flow_warnings import FlowWarnings
from signalbox.services.previewing import Previewing
from signalbox.services.query_trials import QueryTrials
from signalbox.services.rehearsing import Rehearsing
from signalbox.services.sample_sending import SampleSending
from signalbox.services.webhook_delivery import WebhookDelivery
from tests.fakes.others import FakeEngine, FakeIds
from tests.fakes.stores import FakeHistory
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID
from tests.unit.sending import CONSIDERING
from tests.unit.sending import House as SendingHouse

SETTLE = timedelta(seconds=10)
CHECKING = ("destinations", "segments", "blocks", "renderer", "conditions")
MARKETING = EmailContent(subject="Hello", text="Hello {{ event.properties.name }} {{ unsubscribe_url }}")


class Compiler:
    """Refuses the word drop and leaves the rest as it is."""

    def compile(self, sql: str, dialect: str, further_columns: Sequence[str] = ()) -> str:
        if "drop" in sql:
            raise Invalid([Reason("/sql", "expected one SELECT, not drop")])
        return sql


class CountingEngine(FakeEngine):
    """Counts too, where it is asked to; gives each row the columns in `columns`, and no row to the first `skips`."""

    def __init__(self, events_of: Callable[[Path], Iterable[EventRow]]) -> None:
        super().__init__(events_of)
        self.columns: dict[str, Any] = {}
        self.skips = 0
        self.under_way = 0

    def run(
        self,
        loaded: Loaded,
        traits_of: Callable[[Iterable[str]], Mapping[str, str]],
        queries: Sequence[Query],
    ) -> Iterator[QueryAnswer]:
        self.under_way += 1
        try:
            yield from self._answers(loaded, traits_of, queries)
        finally:
            self.under_way -= 1

    def _answers(
        self,
        loaded: Loaded,
        traits_of: Callable[[Iterable[str]], Mapping[str, str]],
        queries: Sequence[Query],
    ) -> Iterator[QueryAnswer]:
        asked = [_counting(query) if query.sql == COUNT_EVENTS else query for query in queries]
        for query, answer in zip(queries, super().run(loaded, traits_of, asked), strict=True):
            if isinstance(answer, QueryFailure):
                yield answer
            elif query.sql == COUNT_EVENTS:
                yield replace(answer, rows=[{"identity": None, "event_id": len(answer.rows)}])
            elif self.skips:
                self.skips -= 1
                yield replace(answer, rows=[])
            else:
                yield replace(answer, rows=[{**row, **self.columns} for row in answer.rows])


def _counting(query: Query) -> Query:
    """Ask for all that the query may read, which it counts."""
    return replace(query, window=Window(query.reads_from, query.window.end))


class House(SendingHouse):
    """Every event of the last day is a match of the trigger."""

    def __init__(self, most: int = 200) -> None:
        super().__init__()
        self.renderer, self.conditions = JinjaRenderer(), JinjaConditions()  # type: ignore[assignment]  # the real ones
        self.clock.instant = NOON
        self.events.stored.clear()
        self.engine = CountingEngine(self._events_of_hour)
        self.history = FakeHistory()
        self.considering = Considering(
            public_url="https://api.example", **{name: self.ports[name] for name in CONSIDERING}
        )
        self.trials = FlowTrials(
            clock=self.clock,
            partners=self.partners,
            definitions=self.registry,
            compiler=Compiler(),
            trials=QueryTrials(events=self.events, contacts=self.contacts, engine=self.engine, max_events=100),
        )
        self.rehearsing = Rehearsing(clock=self.clock, considering=self.considering, contacts=self.contacts, most=most)
        self.warnings = FlowWarnings(blocks=self.blocks, renderer=self.renderer, conditions=self.conditions)
        self.validating = FlowValidating(
            clock=self.clock,
            trials=self.trials,
            checks=FlowChecks(
                **{name: self.ports[name] for name in CHECKING}, compiler=Compiler(), definitions=self.registry
            ),
            warnings=self.warnings,
            rehearsing=self.rehearsing,
        )
        self.previewing = Previewing(
            clock=self.clock,
            events=self.events,
            contacts=self.contacts,
            trials=self.trials,
            considering=self.considering,
            rehearsing=self.rehearsing,
            warnings=self.warnings,
        )
        self.backtesting = self.backtesting_with()

    def samples(self, environment: Environment = Environment.PRODUCTION) -> SampleSending:
        return SampleSending(
            ids=FakeIds(),
            previewing=self.previewing,
            contacts=self.contacts,
            email=self.channel,
            webhooks=WebhookDelivery(destinations=self.destinations, channel=self.webhooks),
            environment=environment,
        )

    def backtesting_with(self, **ports: Any) -> Backtesting:
        own: dict[str, Any] = {
            "clock": self.clock,
            "partners": self.partners,
            "events": self.events,
            "history": self.history,
            "contacts": self.contacts,
            "engine": self.engine,
            "rehearsing": self.rehearsing,
            "settle": SETTLE,
        }
        return Backtesting(**own | ports)

    def receive(self, received_at: datetime, name: str = "Ana", **changes: Any) -> None:
        """Let an event come in; its name is the value that the content shows."""
        own: dict[str, Any] = {
            "event_id": f"at {received_at.isoformat()}",
            "received_at": received_at,
            "occurred_at": received_at,
            "body": f'{{"properties":{{"properties":{{"name":"{name}"}}}}}}',
        }
        self.events.append(makers.event(**own | changes), 1)

    def know(self, identity: str, **traits: str) -> None:
        known = {name: Trait(value, NOON) for name, value in traits.items()}
        self.contacts.save(Contact(PARTNER_ID, identity, known))

    def fingerprint(self) -> object:
        """Give all that is stored, handed over or sent."""
        stores = (self.contacts, self.places, self.deliveries, self.deferrals, self.registry, self.events, self.channel)
        held = [value for store in stores for value in vars(store).values() if isinstance(value, dict | list)]
        return copy.deepcopy(held)

    def _events_of_hour(self, file: Path) -> Iterable[EventRow]:
        hour = datetime.fromisoformat(file.name)
        before = timedelta(milliseconds=1)
        return self.events.read(PARTNER_ID, 1, Window(hour - before, hour + timedelta(hours=1) - before))


def a_flow(**changes: Any) -> Flow:
    """Draft a flow that no fault stands in the way of and nothing is to be warned of."""
    return makers.flow(**{"status": FlowStatus.DRAFT, "content": MARKETING} | changes)
