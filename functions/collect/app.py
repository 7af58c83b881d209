"""Invoked by the HTTP API for every submitted event; answers as the spec's table says (collect-api, section 2)."""

import functools
from collections.abc import Mapping
from typing import Any

from signalbox import config, http
from signalbox.adapters.cached_partners import CachedPartners
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.client import dynamodb_client
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.held_events import DynamoHeldEvents
from signalbox.adapters.dynamodb.identities import DynamoIdentities
from signalbox.adapters.dynamodb.partners import DynamoPartners
from signalbox.adapters.dynamodb.quarantine import DynamoQuarantine
from signalbox.collect_routes import CollectRoutes
from signalbox.observability import Telemetry
from signalbox.services.identification import Identification
from signalbox.services.ingestion import Ingestion
from signalbox.wire.traits import traits_of


@functools.cache
def _service() -> tuple[CollectRoutes, Telemetry]:
    settings = config.CollectSettings.from_env(config.ENVIRONMENT)
    client, clock = dynamodb_client(), SystemClock()
    events = DynamoEvents(client, settings.events_table, settings.event_retention_days)
    identification = Identification(
        clock=clock,
        identities=DynamoIdentities(client, settings.identities_table),
        held_events=DynamoHeldEvents(client, settings.unidentified_table, events),
        contacts=DynamoContacts(client, settings.contacts_table),
        traits_of=traits_of,
    )
    ingestion = Ingestion(
        clock=clock,
        partners=CachedPartners(DynamoPartners(client, settings.registry_table), clock),
        events=events,
        quarantine=DynamoQuarantine(client, settings.quarantine_table),
        identification=identification,
    )
    telemetry = Telemetry(settings.service_name)
    return CollectRoutes(ingestion, telemetry), telemetry


def lambda_handler(event: Mapping[str, Any], _context: object) -> http.Answer:
    """Do what the route asks for: take one event or a batch, or describe the API."""
    routes, _ = _service()
    return routes.answer(event)


if config.runs_in_lambda(config.ENVIRONMENT):
    _service()
