"""The ingestion service with fakes behind it, and any of them replaced."""

from typing import Any

from signalbox.services.identification import Identification
from signalbox.services.ingestion import Ingestion
from signalbox.wire.traits import traits_of
from tests.fakes.others import Crashing, CrashPlan, FakeClock
from tests.fakes.stores import (
    FakeContacts,
    FakeEvents,
    FakeHeldEvents,
    FakeIdentities,
    FakePartners,
    FakeQuarantine,
)
from tests.unit import makers
from tests.unit.makers import NOON

STORES = ("partners", "events", "identities", "held_events", "quarantine", "contacts")


class Door:
    """The stores, which outlive a process, and as many services before them as a test wants."""

    def __init__(self) -> None:
        self.clock = FakeClock(NOON)
        self.partners = FakePartners(makers.partner())
        self.events = FakeEvents()
        self.identities = FakeIdentities()
        self.held_events = FakeHeldEvents(self.events, self.clock)
        self.quarantine = FakeQuarantine()
        self.contacts = FakeContacts()

    def service(self, **ports: Any) -> Ingestion:
        """Make the service, with `ports` in the place of the stores of that name."""
        given = {name: getattr(self, name) for name in STORES} | ports
        identification = Identification(
            clock=self.clock,
            **{name: given[name] for name in ("identities", "held_events", "contacts")},
            traits_of=traits_of,
        )
        rest = {name: given[name] for name in ("partners", "events", "quarantine")}
        return Ingestion(clock=self.clock, identification=identification, **rest)

    def crashing(self, plan: CrashPlan) -> Ingestion:
        """Make a service whose process dies where the plan says."""
        return self.service(**{name: Crashing(getattr(self, name), plan) for name in STORES})

    def stored(self) -> list[tuple[str, str | None]]:
        """Give the name and the identity of each event, repeats included."""
        return [(event.event_id, event.identity) for event in self.events.stored.values()]
