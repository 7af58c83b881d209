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
from signalbox.domain.errors import Rejected, SignalboxError
from signalbox.observability import Telemetry
from signalbox.services.ingestion import Ingestion
from signalbox.wire import collect


@functools.cache
def _service() -> tuple[Ingestion, Telemetry]:
    settings = config.CollectSettings.from_env(config.ENVIRONMENT)
    client, clock = dynamodb_client(), SystemClock()
    events = DynamoEvents(client, settings.events_table, settings.event_retention_days)
    ingestion = Ingestion(
        clock=clock,
        partners=CachedPartners(DynamoPartners(client, settings.registry_table), clock),
        events=events,
        identities=DynamoIdentities(client, settings.identities_table),
        held_events=DynamoHeldEvents(client, settings.unidentified_table, events),
        quarantine=DynamoQuarantine(client, settings.quarantine_table),
        contacts=DynamoContacts(client, settings.contacts_table),
    )
    return ingestion, Telemetry(settings.service_name)


def lambda_handler(event: Mapping[str, Any], _context: object) -> http.Answer:
    """Accept one event."""
    ingestion, telemetry = _service()
    request = http.request_of(event)
    try:
        acceptance = ingestion.accept(collect.parse(request.body, request.headers))
    except Rejected as refused:
        telemetry.count("EventsRefused")
        return http.refusal(refused, request.request_id)
    except SignalboxError as failed:
        telemetry.count("EventsFailed")
        telemetry.logger.exception("an event was not taken", extra={"request_id": request.request_id})
        return http.refusal(failed, request.request_id)
    telemetry.count(f"Events{acceptance.capitalize()}")
    return http.ACCEPTED


if config.runs_in_lambda(config.ENVIRONMENT):
    _service()
