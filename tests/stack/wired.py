"""The services over the tables of a deployed stack, wired as its functions wire them, for what a story does itself."""

from datetime import timedelta
from pathlib import Path

import boto3

from local.deployment import Deployment
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.client import dynamodb_client
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.content_blocks import DynamoContentBlocks
from signalbox.adapters.dynamodb.cursors import DynamoCursors
from signalbox.adapters.dynamodb.decision_lists import DynamoDecisionLists
from signalbox.adapters.dynamodb.deferrals import DynamoDeferrals
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.destinations import DynamoDestinations
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.flows import DynamoLiveFlows
from signalbox.adapters.dynamodb.held_events import DynamoHeldEvents
from signalbox.adapters.dynamodb.identities import DynamoIdentities
from signalbox.adapters.dynamodb.memberships import DynamoMemberships
from signalbox.adapters.dynamodb.messages import DynamoMessages
from signalbox.adapters.dynamodb.partners import DynamoPartners
from signalbox.adapters.dynamodb.quarantine import DynamoQuarantine
from signalbox.adapters.dynamodb.safety_holds import DynamoSafetyHolds
from signalbox.adapters.dynamodb.segments import DynamoSegments
from signalbox.adapters.dynamodb.suppressions import DynamoSuppressions
from signalbox.adapters.dynamodb.touches import DynamoPlaces
from signalbox.adapters.history.store import S3History
from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.adapters.recent import RecentBlocks, RecentDestinations, RecentFlows, RecentPartners, RecentSegments
from signalbox.adapters.templating.conditions import JinjaConditions
from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.services.event_search import EventSearch
from signalbox.services.experiment_reporting import ExperimentReporting
from signalbox.services.explaining import Explaining
from signalbox.services.flow_answers import FlowAnswers
from signalbox.services.past_events import PastEvents
from signalbox.services.sending import Sending
from tests.boto3_dynamodb import Boto3DynamoDb
from tests.unit.sending import wired

SETTLE, RETENTION = timedelta(seconds=10), timedelta(days=45)


class Wired:
    """The services of one deployed stack; `folder` is where files of history may lie."""

    def __init__(self, deployed: Deployment, folder: Path) -> None:
        self._client, self.tables, self.clock = dynamodb_client(), deployed.outputs, SystemClock()
        client, tables = self._client, self.tables
        self.destinations = DynamoDestinations(client, tables["RegistryTable"])
        self.segments = DynamoSegments(client, tables["RegistryTable"])
        self.memberships = DynamoMemberships(client, tables["ContactsTable"])
        self._events = DynamoEvents(client, tables["EventsTable"])
        self._contacts = DynamoContacts(client, tables["ContactsTable"])
        self.definitions = DynamoDefinitions(client, tables["RegistryTable"], tables["CursorsTable"])
        self._decision_lists = DynamoDecisionLists(client, tables["DeliveriesTable"])
        self._partners = DynamoPartners(client, tables["RegistryTable"])
        self._suppressions = DynamoSuppressions(client, tables["ContactsTable"])
        self._past_events = PastEvents(
            events=self._events,
            history=S3History(
                lambda: boto3.client("s3"), tables["HistoryBucket"], self._events, folder, clock=self.clock
            ),
            engine=DuckDBEngine(),
            settle=SETTLE,
            event_retention=RETENTION,
        )

    def sending(self, **own: object) -> Sending:
        """Wire what sends, with the test's own channels, and whatever else is its own, by their ports' names."""
        client, tables, clock = self._client, self.tables, self.clock
        registry = tables["RegistryTable"]
        ports = {
            "clock": clock,
            "partners": RecentPartners(self._partners, clock),
            "live_flows": RecentFlows(DynamoLiveFlows(client, registry), clock),
            "events": self._events,
            "contacts": self._contacts,
            "renderer": JinjaRenderer(),
            "conditions": JinjaConditions(),
            "segments": RecentSegments(self.segments, clock),
            "blocks": RecentBlocks(DynamoContentBlocks(client, registry), clock),
            "places": DynamoPlaces(client, tables["ContactsTable"]),
            "deliveries": DynamoDeliveries(client, tables["DeliveriesTable"]),
            "deferrals": DynamoDeferrals(client, tables["DeferredTable"]),
            "messages": DynamoMessages(client, tables["MessagesTable"]),
            "destinations": RecentDestinations(self.destinations, clock),
            "suppressions": self._suppressions,
            "channel": None,
            "webhooks": None,
            "sms": None,
            "push": None,
        }
        return wired(ports | own)

    def explaining(self) -> Explaining:
        """Wire what tells why."""
        client, tables = self._client, self.tables
        return Explaining(
            clock=self.clock,
            partners=self._partners,
            event_search=EventSearch(
                events=self._events,
                past_events=self._past_events,
                identities=DynamoIdentities(client, tables["IdentitiesTable"]),
                held_events=DynamoHeldEvents(client, tables["UnidentifiedTable"], self._events),
                quarantine=DynamoQuarantine(client, tables["QuarantineTable"]),
            ),
            contacts=self._contacts,
            suppressions=self._suppressions,
            decision_lists=self._decision_lists,
            flow_answers=FlowAnswers(
                clock=self.clock,
                definitions=self.definitions,
                cursors=DynamoCursors(client, tables["CursorsTable"]),
                safety_holds=DynamoSafetyHolds(client, tables["CursorsTable"]),
                decision_lists=self._decision_lists,
                messages=DynamoMessages(client, tables["MessagesTable"]),
            ),
        )

    def experiments(self) -> ExperimentReporting:
        """Wire what counts experiments, over AWS's own client: the local stack takes longer than ours waits for a page.

        Of ten thousand decisions, that is.
        """
        client = Boto3DynamoDb(boto3.client("dynamodb"))
        return ExperimentReporting(
            clock=self.clock,
            definitions=self.definitions,
            decision_lists=DynamoDecisionLists(client, self.tables["DeliveriesTable"]),
            past_events=self._past_events,
        )
