"""Invoked by the HTTP API for an unsubscribe link: GET shows a page and changes nothing, POST does what is asked.

A POST answers 200 whether it is a mail program's one click (RFC 8058) or the page's button. No login: the link is it.
"""

import functools
from collections.abc import Mapping
from typing import Any

from signalbox import config, http
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.client import dynamodb_client
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.partners import DynamoPartners
from signalbox.adapters.dynamodb.suppressions import DynamoSuppressions
from signalbox.observability import Telemetry
from signalbox.preference_routes import PreferenceRoutes
from signalbox.services.preferences import Preferences
from signalbox.services.suppressing import Suppressing


@functools.cache
def _service() -> tuple[PreferenceRoutes, Telemetry]:
    settings = config.PreferencesSettings.from_env(config.ENVIRONMENT)
    client = dynamodb_client()
    clock, suppressions = SystemClock(), DynamoSuppressions(client, settings.contacts_table)
    preferences = Preferences(
        clock=clock,
        partners=DynamoPartners(client, settings.registry_table),
        deliveries=DynamoDeliveries(client, settings.deliveries_table),
        suppressing=Suppressing(clock=clock, suppressions=suppressions),
    )
    telemetry = Telemetry(settings.service_name)
    return PreferenceRoutes(preferences, telemetry), telemetry


def lambda_handler(event: Mapping[str, Any], _context: object) -> http.Answer:
    """Show the page of a link, or do what was posted to it."""
    routes, _ = _service()
    return routes.answer(event)


if config.runs_in_lambda(config.ENVIRONMENT):
    _service()
