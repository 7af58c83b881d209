"""A house of authors: the registry on fakes, and the three use cases of those who define what runs in it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from signalbox.domain.contents import EmailContent
from signalbox.domain.errors import Invalid, Reason
from signalbox.domain.flows import Flow, Trigger
from signalbox.domain.partners import Environment
from signalbox.domain.segments import ListSegment
from signalbox.services.flow_authoring import FlowAuthoring
from signalbox.services.partner_administration import PartnerAdministration
from signalbox.services.trigger_authoring import TriggerAuthoring
from tests.fakes.destinations import FakeDestinations
from tests.fakes.others import FakeClock, FakeConditions, FakeIds, FakeRenderer
from tests.fakes.segments import FakeContentBlocks, FakeSegments
from tests.fakes.stores import FakeCursors, FakePartners, FakeRegistry
from tests.unit.makers import NOON, PARTNER_ID

CONTENT = EmailContent(subject="Hello {{ contact.firstName }}", text="Hello")
RETENTION = timedelta(days=45)


class EchoCompiler:
    """Refuses the word DROP, and SQL that does not name a column that it is to return, and shouts the rest."""

    def compile(self, sql: str, dialect: str, further_columns: Sequence[str] = ()) -> str:
        if "drop" in sql.lower():
            raise Invalid([Reason("/sql", "expected one SELECT, not DROP")])
        if any(name.lower() not in sql.lower() for name in further_columns if name != "identity"):
            raise Invalid([Reason("/sql", f"returns the columns {' and '.join(further_columns)}")])
        return sql.upper()


class LosingRegistry(FakeRegistry):
    """Loses the answer to the next write that it did, when told to; the caller sees no more than a fault."""

    loses_next = False

    def commit_trigger(self, *definitions: object) -> None:
        super().commit_trigger(*definitions)  # type: ignore[arg-type]  # as the port has them
        self._lose()

    def launch(self, *definitions: object) -> None:
        super().launch(*definitions)  # type: ignore[arg-type]  # as the port has them
        self._lose()

    def resume(self, *definitions: object) -> None:
        super().resume(*definitions)  # type: ignore[arg-type]  # as the port has them
        self._lose()

    def _lose(self) -> None:
        if self.loses_next:
            self.loses_next = False
            raise LostAnswerError


class LostAnswerError(Exception):
    """No answer came back from a write that was done."""


class House:
    def __init__(self, environment: Environment = Environment.PRODUCTION) -> None:
        self.clock = FakeClock(NOON)
        self.ids = FakeIds()
        self.partners = FakePartners()
        self.cursors = FakeCursors()
        self.destinations = FakeDestinations()
        self.registry = LosingRegistry(self.partners, self.cursors)
        self.administration = PartnerAdministration(clock=self.clock, ids=self.ids, definitions=self.registry)
        self.triggers = TriggerAuthoring(
            clock=self.clock,
            ids=self.ids,
            definitions=self.registry,
            compiler=EchoCompiler(),
            environment=environment,
        )
        self.segments = FakeSegments(ListSegment(PARTNER_ID, "vip", "VIPs"))
        self.blocks = FakeContentBlocks()
        self.flows = FlowAuthoring(**self.ports, environment=environment, event_retention=RETENTION)

    @property
    def ports(self) -> dict[str, Any]:
        """Give every port of those who run flows, by its name."""
        return {
            "clock": self.clock,
            "ids": self.ids,
            "definitions": self.registry,
            "live_flows": self.registry,
            "cursors": self.cursors,
            "destinations": self.destinations,
            "segments": self.segments,
            "blocks": self.blocks,
            "renderer": FakeRenderer(),
            "conditions": FakeConditions(),
            "compiler": EchoCompiler(),
        }

    def commit(self, sql: str = "select 1", partner_id: str = PARTNER_ID) -> Trigger:
        """Commit a new trigger."""
        draft = self.triggers.save(self.triggers.begin(partner_id, "Carts", sql))
        return self.triggers.commit(partner_id, draft.trigger_id, draft.draft_id, draft.revision)

    def draft_flow(self) -> Flow:
        """Draft a flow on a new trigger."""
        return self.flows.create(PARTNER_ID, "Welcome", self.commit().trigger_id, CONTENT)

    def launch(self) -> Flow:
        """Launch a flow on a new trigger."""
        return self.flows.launch(self.draft_flow())
