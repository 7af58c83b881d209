"""Invoked by the HTTP API for people and their programs; answers as /admin/v1/openapi.json says.

API Gateway has checked the caller's token; who they are is read from what it found in it, and from nowhere else.
"""

import functools
from collections.abc import Mapping
from typing import Any

from signalbox import config, http
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.cognito import CognitoSignIn, cognito_client
from signalbox.adapters.dynamodb.audit import DynamoAuditLog
from signalbox.adapters.dynamodb.client import dynamodb_client
from signalbox.adapters.dynamodb.definitions import DynamoDefinitions
from signalbox.adapters.dynamodb.partners import DynamoPartners
from signalbox.adapters.ids import RandomIds
from signalbox.admin_routes.dispatch import AdminRoutes
from signalbox.admin_routes.openapi import DescribingRoutes
from signalbox.admin_routes.partners import PartnerRoutes
from signalbox.admin_routes.people import PeopleRoutes
from signalbox.observability import Telemetry
from signalbox.services.auditing import Auditing
from signalbox.services.partner_administration import PartnerAdministration


@functools.cache
def _service() -> tuple[AdminRoutes, Telemetry]:
    settings = config.AdminSettings.from_env(config.ENVIRONMENT)
    client, clock, ids = dynamodb_client(), SystemClock(), RandomIds()
    definitions = DynamoDefinitions(client, settings.registry_table, settings.cursors_table)
    auditing = Auditing(clock=clock, ids=ids, log=DynamoAuditLog(client, settings.audit_table))
    people = PeopleRoutes(
        definitions=definitions,
        environment=settings.environment,
        sign_in=CognitoSignIn(functools.cache(cognito_client), settings.users_client),
    )
    partners = PartnerRoutes(
        definitions=definitions,
        administration=PartnerAdministration(clock=clock, ids=ids, definitions=definitions),
        auditing=auditing,
        public_url=settings.public_url,
    )
    telemetry = Telemetry(settings.service_name)
    described = DescribingRoutes([*people.routes(), *partners.routes()])
    routes = AdminRoutes(
        described.routes(),
        partners=DynamoPartners(client, settings.registry_table),
        auditing=auditing,
        telemetry=telemetry,
    )
    return routes, telemetry


def lambda_handler(event: Mapping[str, Any], _context: object) -> http.Answer:
    """Answer one request."""
    routes, _ = _service()
    return routes.answer(event)


if config.runs_in_lambda(config.ENVIRONMENT):
    _service()
