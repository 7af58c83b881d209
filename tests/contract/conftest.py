"""The stores that the contract suites run on: the fakes, moto, and AWS's DynamoDB Local.

DynamoDB Local is called through our client and, as a second backend, through boto3; moto answers boto3 only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from signalbox.adapters.dynamodb.audit import DynamoAuditLog
from signalbox.adapters.dynamodb.client import dynamodb_client
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.content_blocks import DynamoContentBlocks
from signalbox.adapters.dynamodb.cursors import DynamoCursors
from signalbox.adapters.dynamodb.decision_lists import DynamoDecisionLists
from signalbox.adapters.dynamodb.deferrals import DynamoDeferrals
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.erasures import DynamoErasures
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
from signalbox.ports import (
    AuditLog,
    Contacts,
    ContentBlocks,
    Cursors,
    DecisionLists,
    Deferrals,
    Definitions,
    Deliveries,
    Erasures,
    Events,
    HeldEvents,
    Identities,
    LiveFlows,
    Memberships,
    Messages,
    Partners,
    Places,
    SafetyHolds,
    Segments,
    Suppressions,
)
from tests import cloudformation, dynamodb_local
from tests.boto3_dynamodb import Boto3DynamoDb
from tests.fakes import stores as fakes
from tests.fakes.others import FakeClock
from tests.fakes.segments import FakeContentBlocks, FakeMemberships, FakeSegments
from tests.unit.makers import NOON

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

RETENTION_DAYS = 45

URL = "AWS_ENDPOINT_URL_DYNAMODB"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "eu-west-1",
}


@dataclass(frozen=True)
class Stores:
    """One implementation of every store's port."""

    partners: Partners
    events: Events
    identities: Identities
    held_events: HeldEvents
    quarantine: fakes.FakeQuarantine | DynamoQuarantine
    contacts: Contacts
    suppressions: Suppressions
    segments: Segments
    memberships: Memberships
    blocks: ContentBlocks
    places: Places
    live_flows: LiveFlows
    cursors: Cursors
    safety_holds: SafetyHolds
    deferrals: Deferrals
    deliveries: Deliveries
    decision_lists: DecisionLists
    messages: Messages
    erasures: Erasures
    definitions: Definitions
    audit_log: AuditLog


@dataclass(frozen=True)
class Database:
    """A client whose tables are template.yaml's, each under its logical name."""

    client: Boto3DynamoDb

    def stores(self) -> Stores:
        """Make the adapters over it."""
        events = DynamoEvents(self.client, "Events", RETENTION_DAYS)
        return Stores(
            partners=DynamoPartners(self.client, "Registry"),
            events=events,
            identities=DynamoIdentities(self.client, "Identities"),
            held_events=DynamoHeldEvents(self.client, "Unidentified", events),
            quarantine=DynamoQuarantine(self.client, "Quarantine"),
            contacts=DynamoContacts(self.client, "Contacts"),
            suppressions=DynamoSuppressions(self.client, "Contacts"),
            segments=DynamoSegments(self.client, "Registry"),
            memberships=DynamoMemberships(self.client, "Contacts"),
            blocks=DynamoContentBlocks(self.client, "Registry"),
            places=DynamoPlaces(self.client, "Contacts"),
            live_flows=DynamoLiveFlows(self.client, "Registry"),
            cursors=DynamoCursors(self.client, "Cursors"),
            safety_holds=DynamoSafetyHolds(self.client, "Cursors"),
            deferrals=DynamoDeferrals(self.client, "Deferred"),
            deliveries=DynamoDeliveries(self.client, "Deliveries"),
            decision_lists=DynamoDecisionLists(self.client, "Deliveries"),
            messages=DynamoMessages(self.client, "Messages"),
            erasures=DynamoErasures(self.client, "Contacts"),
            definitions=DynamoDefinitions(self.client, "Registry", "Cursors"),
            audit_log=DynamoAuditLog(self.client, "Audit"),
        )


@pytest.fixture(scope="session", params=["fake", "moto", "dynamodb_local", "dynamodb_local_by_boto3"])
def backend(request: pytest.FixtureRequest) -> Iterator[Database | None]:
    """What keeps the data, None for the fakes; one database for all tests, each a partner of its own in it."""
    if request.param == "fake":
        yield None
    elif request.param == "moto":
        with mock_aws():
            yield Database(Boto3DynamoDb(_client_with_tables(None)))
    else:
        missing = dynamodb_local.missing_tools()
        if missing:
            pytest.skip(missing)
        with dynamodb_local.running() as endpoint:
            calls = None if request.param.endswith("boto3") else dynamodb_client(ENVIRONMENT | {URL: endpoint})
            yield Database(Boto3DynamoDb(_client_with_tables(endpoint), calls))


@pytest.fixture
def stores(backend: Database | None) -> Stores:
    """Every store on each backend in turn."""
    return backend.stores() if backend else fake_stores()


@pytest.fixture
def database(backend: Database | None) -> Database:
    """The database itself, for a test that keeps to backends that are one."""
    assert backend is not None
    return backend


@pytest.fixture
def partner_id() -> str:
    """A partner that no other test knows."""
    return f"partner_{uuid4().hex}"


def _client_with_tables(endpoint: str | None) -> "DynamoDBClient":
    client = boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=ENVIRONMENT["AWS_DEFAULT_REGION"],
        aws_access_key_id=ENVIRONMENT["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=ENVIRONMENT["AWS_SECRET_ACCESS_KEY"],
        config=Config(max_pool_connections=32),
    )
    for name, properties in cloudformation.tables().items():
        client.create_table(TableName=name, **properties)
    return client


def fake_stores() -> Stores:
    """Make fakes of all of them."""
    clock = FakeClock(NOON)
    events, cursors, partners = fakes.FakeEvents(), fakes.FakeCursors(), fakes.FakePartners()
    contacts, deliveries = fakes.FakeContacts(), fakes.FakeDeliveries()
    registry = fakes.FakeRegistry(partners, cursors)
    return Stores(
        partners=partners,
        events=events,
        identities=fakes.FakeIdentities(),
        held_events=fakes.FakeHeldEvents(events, clock),
        quarantine=fakes.FakeQuarantine(),
        contacts=contacts,
        suppressions=fakes.FakeSuppressions(contacts),
        segments=FakeSegments(),
        memberships=FakeMemberships(contacts),
        blocks=FakeContentBlocks(),
        places=fakes.FakePlaces(contacts),
        live_flows=registry,
        cursors=cursors,
        safety_holds=fakes.FakeSafetyHolds(),
        deferrals=fakes.FakeDeferrals(),
        deliveries=deliveries,
        decision_lists=fakes.FakeDecisionLists(deliveries),
        messages=fakes.FakeMessages(),
        erasures=fakes.FakeErasures(),
        definitions=registry,
        audit_log=fakes.FakeAuditLog(),
    )
