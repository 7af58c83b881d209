"""An event's way from a partner's request to a message, told on a deployed stack as its users would live it.

A partner sends with curl; nothing is invoked by hand: the schedule fires by itself.
"""

import json
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from local.deployment import Deployment
from local.progress import Stop
from local.story_posts import STRANGERS_CLIENT, Answer, Post, post, posts_of
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.client import dynamodb_client
from signalbox.adapters.dynamodb.content_blocks import DynamoContentBlocks
from signalbox.adapters.dynamodb.cursors import DynamoCursors
from signalbox.adapters.dynamodb.decision_lists import DynamoDecisionLists
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.destinations import DynamoDestinations
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.flows import DynamoLiveFlows
from signalbox.adapters.dynamodb.held_events import DynamoHeldEvents
from signalbox.adapters.dynamodb.quarantine import DynamoQuarantine
from signalbox.adapters.dynamodb.segments import DynamoSegments
from signalbox.adapters.ids import RandomIds
from signalbox.adapters.queries.compiler import QueryCompiler
from signalbox.adapters.templating.conditions import JinjaConditions
from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.domain.contents import EmailContent
from signalbox.domain.decisions import Decision
from signalbox.domain.events import Event, from_ms
from signalbox.domain.flows import Flow, Trigger
from signalbox.domain.partners import Environment, Partner
from signalbox.domain.quarantine import QuarantinedEvent
from signalbox.domain.queries import Window
from signalbox.services.flow_authoring import FlowAuthoring
from signalbox.services.partner_administration import PartnerAdministration
from signalbox.services.reporting import MAX_PAGE, Reporting
from signalbox.services.trigger_authoring import TriggerAuthoring

QUERY = (
    "SELECT identity, identity_type, ts, event_type, event_id, event_raw FROM event_triggers "
    "WHERE event_type = 'custom_some_event' AND ts > {cursor_start_time} AND ts <= {cursor_end_time}"
)

CONTENT = EmailContent(
    subject="{{ event.properties.someProperty }} for {{ contact.firstName | default('you') }}",
    text=(
        "Hello {{ contact.email }},\n\n"
        "you did {{ event.event_name }} and its someProperty is: {{ event.properties.someProperty }}.\n"
        "The trigger saw it as {{ trigger.event_type }} at {{ trigger.ts }}.\n"
    ),
    from_name="Signalbox demo",
)

PATIENCE = timedelta(minutes=4)
"""Room for three of the schedule's minutes and cold starts on a slow machine."""


@dataclass(frozen=True)
class SetUp:
    """What people set up before the first event: the partner, its trigger and its flow."""

    partner: Partner
    secret: str
    trigger: Trigger
    flow: Flow


@dataclass(frozen=True)
class Email:
    """One message in the e-mail sink."""

    message_id: str
    to: Sequence[str]
    subject: str
    text: str


@dataclass(frozen=True)
class Traces:
    """What the story left in the stores."""

    events: Sequence[Event]
    decisions: Sequence[Decision]
    held: Sequence[Event]
    quarantined: Sequence[QuarantinedEvent]


class Story:
    """The story on one deployed stack."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        tables, client = deployment.outputs, dynamodb_client()
        events = DynamoEvents(client, tables["EventsTable"])
        self._events = events
        self._held_events = DynamoHeldEvents(client, tables["UnidentifiedTable"], events)
        self._quarantine = DynamoQuarantine(client, tables["QuarantineTable"])
        self._clock = SystemClock()
        lists = DynamoDecisionLists(client, tables["DeliveriesTable"])
        self._reporting = Reporting(clock=self._clock, decision_lists=lists)
        self._started_at = self._clock.now()
        ids, definitions = RandomIds(), DynamoDefinitions(client, tables["RegistryTable"], tables["CursorsTable"])
        environment = Environment(tables["Environment"])
        self.partners = PartnerAdministration(clock=self._clock, ids=ids, definitions=definitions)
        self.triggers = TriggerAuthoring(
            clock=self._clock, ids=ids, definitions=definitions, compiler=QueryCompiler(), environment=environment
        )
        self.flows = FlowAuthoring(
            clock=self._clock,
            ids=ids,
            definitions=definitions,
            live_flows=DynamoLiveFlows(client, tables["RegistryTable"]),
            cursors=DynamoCursors(client, tables["CursorsTable"]),
            segments=DynamoSegments(client, tables["RegistryTable"]),
            blocks=DynamoContentBlocks(client, tables["RegistryTable"]),
            destinations=DynamoDestinations(client, tables["RegistryTable"]),
            renderer=JinjaRenderer(),
            conditions=JinjaConditions(),
            compiler=QueryCompiler(),
            environment=environment,
        )

    def commit_trigger(self, partner: Partner, name: str = "Some event", query: str = QUERY) -> Trigger:
        """Commit a query; the guide's starter query is taken unchanged."""
        draft = self.triggers.save(self.triggers.begin(partner.partner_id, name, query))
        return self.triggers.commit(draft.partner_id, draft.trigger_id, draft.draft_id, draft.revision)

    def launch_flow(self, trigger: Trigger, name: str = "Answer some event", content: EmailContent = CONTENT) -> Flow:
        """Create and launch a flow on the trigger."""
        return self.flows.launch(self.flows.create(trigger.partner_id, name, trigger.trigger_id, content))

    def posts(self, set_up: SetUp) -> list[Post]:
        """Give the story's requests in order."""
        return posts_of(set_up.partner.partner_id, set_up.secret)

    def post(self, payload: str) -> Answer:
        """Send one event as a partner would, with curl."""
        return post(self._deployment.api, payload)

    def decisions(self, flow: Flow) -> Sequence[Decision]:
        """Give the flow's latest decisions that are not in flight."""
        return self._reporting.decisions(flow.partner_id, flow.flow_id, limit=MAX_PAGE).decisions

    def await_decisions(
        self, flow: Flow, count: int, sleep: Callable[[float], None] = time.sleep
    ) -> Sequence[Decision]:
        """Wait until the flow has ended as many decisions; raises Stop when it takes too long."""
        give_up_at = self._clock.now() + PATIENCE
        while self._clock.now() < give_up_at:
            decisions = self.decisions(flow)
            if len(decisions) >= count:
                return decisions
            sleep(1)
        raise Stop(f"The flow did not decide within {PATIENCE}; .local/ministack.log tells what the functions did.")

    def events_of(self, partner: Partner) -> list[Event]:
        """Read what was stored of the partner since the story began."""
        window = Window(self._started_at, self._clock.now())
        rows = self._events.read(partner.partner_id, partner.shards, window)
        found = [
            self._events.find(partner.partner_id, partner.shards, event_id, from_ms(received_ms))
            for event_id, received_ms, *_ in rows
        ]
        return [event for event in found if event is not None]

    def traces(self, partner: Partner, flow: Flow) -> Traces:
        """Look up all that the story left behind."""
        days = {self._started_at.date(), self._clock.now().date()}
        return Traces(
            events=self.events_of(partner),
            decisions=self._reporting.decisions(flow.partner_id, flow.flow_id, limit=MAX_PAGE).decisions,
            held=[held.event for held in self._held_events.of_client(flow.partner_id, STRANGERS_CLIENT)],
            quarantined=[each for day in days for each in self._quarantine.of_day(flow.partner_id, day)],
        )


def emails(deployment: Deployment) -> list[Email]:
    """List what MiniStack's e-mail sink holds, the oldest first."""
    with urllib.request.urlopen(f"{deployment.aws_endpoint}/_ministack/ses/messages", timeout=10) as answer:
        messages_by_account = json.load(answer)["messages"]
    return [
        Email(message["MessageId"], message["To"], message["Subject"], message["BodyText"])
        for messages in messages_by_account.values()
        for message in messages
    ]
