"""Invoked by the HTTP API for people and their programs; answers as /admin/v1/openapi.json says.

API Gateway has checked the caller's token; who they are is read from what it found in it, and from nowhere else.
"""

import functools
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from signalbox import config, http
from signalbox.adapters.cached_partners import CachedPartners
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.cognito import CognitoSignIn, cognito_client
from signalbox.adapters.dynamodb.audit import DynamoAuditLog
from signalbox.adapters.dynamodb.client import Client, dynamodb_client
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.content_blocks import DynamoContentBlocks
from signalbox.adapters.dynamodb.cursors import DynamoCursors
from signalbox.adapters.dynamodb.decision_lists import DynamoDecisionLists
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.destinations import DynamoDestinations
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.flows import DynamoLiveFlows
from signalbox.adapters.dynamodb.held_events import DynamoHeldEvents
from signalbox.adapters.dynamodb.identities import DynamoIdentities
from signalbox.adapters.dynamodb.partners import DynamoPartners
from signalbox.adapters.dynamodb.quarantine import DynamoQuarantine
from signalbox.adapters.dynamodb.safety_holds import DynamoSafetyHolds
from signalbox.adapters.dynamodb.segments import DynamoSegments
from signalbox.adapters.dynamodb.suppressions import DynamoSuppressions
from signalbox.adapters.ids import RandomIds
from signalbox.adapters.queries.compiler import QueryCompiler
from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.adapters.templating.conditions import JinjaConditions
from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.admin_routes.contacts import ContactRoutes
from signalbox.admin_routes.dispatch import AdminRoutes
from signalbox.admin_routes.events import EventRoutes
from signalbox.admin_routes.flows import FlowRoutes
from signalbox.admin_routes.openapi import DescribingRoutes
from signalbox.admin_routes.partners import PartnerRoutes
from signalbox.admin_routes.people import PeopleRoutes
from signalbox.admin_routes.reports import ReportRoutes
from signalbox.admin_routes.routing import Route
from signalbox.admin_routes.trigger_drafts import TriggerDraftRoutes
from signalbox.admin_routes.triggers import TriggerRoutes
from signalbox.observability import Telemetry
from signalbox.ports import Definitions
from signalbox.services.auditing import Auditing
from signalbox.services.event_browsing import EventBrowsing
from signalbox.services.flow_authoring import FlowAuthoring
from signalbox.services.identification import Identification
from signalbox.services.ingestion import Ingestion
from signalbox.services.partner_administration import PartnerAdministration
from signalbox.services.replaying import Replaying
from signalbox.services.reporting import Reporting
from signalbox.services.suppressing import Suppressing
from signalbox.services.trigger_authoring import TriggerAuthoring
from signalbox.services.trigger_health import TriggerHealth
from signalbox.services.trigger_validation import TriggerValidation
from signalbox.wire.quarantined import read
from signalbox.wire.traits import traits_of


@functools.cache
def _service() -> tuple[AdminRoutes, Telemetry]:
    settings = config.AdminSettings.from_env(config.ENVIRONMENT)
    client, clock = dynamodb_client(), SystemClock()
    definitions = DynamoDefinitions(client, settings.registry_table, settings.cursors_table)
    auditing = Auditing(clock=clock, ids=RandomIds(), log=DynamoAuditLog(client, settings.audit_table))
    people = PeopleRoutes(
        definitions=definitions,
        environment=settings.environment,
        sign_in=CognitoSignIn(functools.cache(cognito_client), settings.users_client),
    )
    partners = PartnerRoutes(
        definitions=definitions,
        administration=PartnerAdministration(clock=clock, ids=RandomIds(), definitions=definitions),
        auditing=auditing,
        public_url=settings.public_url,
    )
    telemetry = Telemetry(settings.service_name)
    routes = [
        *people.routes(),
        *partners.routes(),
        *_trigger_routes(settings, client, definitions),
        *_flow_routes(settings, client, definitions),
        *_event_routes(settings, client, definitions),
        *_contact_routes(settings, client),
    ]
    admin = AdminRoutes(
        DescribingRoutes(routes).routes(),
        partners=DynamoPartners(client, settings.registry_table),
        auditing=auditing,
        telemetry=telemetry,
    )
    return admin, telemetry


def _trigger_routes(settings: config.AdminSettings, client: Client, definitions: Definitions) -> Sequence[Route]:
    clock, compiler = SystemClock(), QueryCompiler()
    authoring = TriggerAuthoring(
        clock=clock,
        ids=RandomIds(),
        definitions=definitions,
        compiler=compiler,
        environment=settings.environment,
    )
    health = TriggerHealth(
        clock=clock,
        live_flows=DynamoLiveFlows(client, settings.registry_table),
        cursors=DynamoCursors(client, settings.cursors_table),
        safety_holds=DynamoSafetyHolds(client, settings.cursors_table),
        settle=settings.settle,
    )
    validation = TriggerValidation(
        clock=clock,
        partners=DynamoPartners(client, settings.registry_table),
        events=DynamoEvents(client, settings.events_table),
        contacts=DynamoContacts(client, settings.contacts_table),
        compiler=compiler,
        engine=DuckDBEngine(),
    )
    triggers = TriggerRoutes(definitions=definitions, authoring=authoring, health=health)
    drafts = TriggerDraftRoutes(definitions=definitions, authoring=authoring, validation=validation)
    return [*triggers.routes(), *drafts.routes()]


def _flow_routes(settings: config.AdminSettings, client: Client, definitions: Definitions) -> Sequence[Route]:
    authoring = FlowAuthoring(
        clock=SystemClock(),
        ids=RandomIds(),
        definitions=definitions,
        live_flows=DynamoLiveFlows(client, settings.registry_table),
        cursors=DynamoCursors(client, settings.cursors_table),
        destinations=DynamoDestinations(client, settings.registry_table),
        segments=DynamoSegments(client, settings.registry_table),
        blocks=DynamoContentBlocks(client, settings.registry_table),
        compiler=QueryCompiler(),
        renderer=JinjaRenderer(),
        conditions=JinjaConditions(),
        environment=settings.environment,
        event_retention=timedelta(days=settings.event_retention_days),
    )
    reporting = Reporting(clock=SystemClock(), decision_lists=DynamoDecisionLists(client, settings.deliveries_table))
    flows = FlowRoutes(definitions=definitions, authoring=authoring)
    return [*flows.routes(), *ReportRoutes(definitions=definitions, reporting=reporting).routes()]


def _event_routes(settings: config.AdminSettings, client: Client, definitions: Definitions) -> Sequence[Route]:
    clock, partners = SystemClock(), DynamoPartners(client, settings.registry_table)
    events = DynamoEvents(client, settings.events_table, settings.event_retention_days)
    identities = DynamoIdentities(client, settings.identities_table)
    held_events = DynamoHeldEvents(client, settings.unidentified_table, events)
    quarantine = DynamoQuarantine(client, settings.quarantine_table)
    identification = Identification(
        clock=clock,
        identities=identities,
        held_events=held_events,
        contacts=DynamoContacts(client, settings.contacts_table),
        traits_of=traits_of,
    )
    ingestion = Ingestion(
        clock=clock,
        partners=CachedPartners(partners, clock),
        events=events,
        quarantine=quarantine,
        identification=identification,
    )
    return EventRoutes(
        clock=clock,
        browsing=EventBrowsing(
            clock=clock,
            events=events,
            definitions=definitions,
            deliveries=DynamoDeliveries(client, settings.deliveries_table),
        ),
        quarantine=quarantine,
        replaying=Replaying(clock=clock, partners=partners, quarantine=quarantine, ingestion=ingestion, read=read),
        identities=identities,
        held_events=held_events,
    ).routes()


def _contact_routes(settings: config.AdminSettings, client: Client) -> Sequence[Route]:
    suppressions = DynamoSuppressions(client, settings.contacts_table)
    return ContactRoutes(
        contacts=DynamoContacts(client, settings.contacts_table),
        suppressing=Suppressing(clock=SystemClock(), suppressions=suppressions),
    ).routes()


def lambda_handler(event: Mapping[str, Any], _context: object) -> http.Answer:
    """Answer one request."""
    routes, _ = _service()
    return routes.answer(event)


if config.runs_in_lambda(config.ENVIRONMENT):
    _service()
