"""A house of evaluation: the service with fakes behind it, and one live flow launched at noon."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from signalbox.domain.health import Health
from signalbox.domain.queries import EventRow
from signalbox.services.evaluation import Evaluation, EvaluationReport
from tests.fakes.others import FakeClock, FakeEngine, FakeHandover
from tests.fakes.rows import row_of
from tests.fakes.stores import (
    FakeContacts,
    FakeCursors,
    FakeDeferrals,
    FakeEvents,
    FakeHistory,
    FakePartners,
    FakeRegistry,
    FakeSafetyHolds,
)
from tests.unit import makers
from tests.unit.makers import NOON, PARTNER_ID

SETTLE = timedelta(seconds=10)


class House:
    def __init__(self) -> None:
        self.clock = FakeClock(NOON + timedelta(minutes=1))
        self.partners = FakePartners(makers.partner())
        self.cursors = FakeCursors()
        self.registry = FakeRegistry(self.partners, self.cursors)
        self.events = FakeEvents()
        self.history = FakeHistory()
        self.contacts = FakeContacts()
        self.deferrals = FakeDeferrals()
        self.safety_holds = FakeSafetyHolds()
        self.engine = FakeEngine(self.events_of_hour)
        self.handover = FakeHandover()
        self.registry.commit_trigger(makers.trigger())
        self.registry.launch(makers.flow(), makers.cursor())

    def evaluate(self, may_go_on: Callable[[], bool] = lambda: True, **ports: object) -> EvaluationReport:
        own = {
            "clock": self.clock,
            "partners": self.partners,
            "live_flows": self.registry,
            "cursors": self.cursors,
            "events": self.events,
            "history": self.history,
            "contacts": self.contacts,
            "deferrals": self.deferrals,
            "safety_holds": self.safety_holds,
            "engine": self.engine,
            "handover": self.handover,
        }
        service = Evaluation(**own | ports, settle=SETTLE)  # type: ignore[arg-type]  # fakes by name
        return service.evaluate(PARTNER_ID, may_go_on)

    def events_of_hour(self, file: Path) -> list[EventRow]:
        hour = datetime.fromisoformat(file.name)
        end = hour + timedelta(hours=1)
        return [row_of(each) for each in self.events.stored.values() if hour <= each.received_at < end]

    def health(self, flow_id: str = "flow_1") -> Health:
        return self.cursors.positions[PARTNER_ID, flow_id].health

    def receive(self, event_id: str, seconds: float, **changes: object) -> None:
        received_at = NOON + timedelta(seconds=seconds)
        self.events.append(makers.event(event_id=event_id, received_at=received_at, **changes), 1)

    def add_flow(self, flow_id: str, trigger_id: str, sql: str) -> None:
        self.registry.commit_trigger(makers.trigger(trigger_id=trigger_id, sql=sql, compiled_sql=sql))
        self.registry.launch(makers.flow(flow_id=flow_id, trigger_id=trigger_id), makers.cursor(flow_id=flow_id))
