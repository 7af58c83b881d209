"""Invoked by the HTTP API for people and their programs; answers as /admin/v1/openapi.json says.

API Gateway has checked the caller's token; who they are is read from what it found in it, and from nowhere else.
"""

import functools
from collections.abc import Mapping
from typing import Any

from signalbox import config, http
from signalbox.adapters.dynamodb.audit import DynamoAuditLog
from signalbox.adapters.dynamodb.client import dynamodb_client
from signalbox.admin_routes.dispatch import AdminRoutes
from signalbox.admin_routes.openapi import DescribingRoutes
from signalbox.admin_wiring.contacts import contact_routes
from signalbox.admin_wiring.dead_letters import dead_letter_routes
from signalbox.admin_wiring.destinations import destination_routes
from signalbox.admin_wiring.events import event_routes, explanation_routes
from signalbox.admin_wiring.flows import flow_routes, report_routes
from signalbox.admin_wiring.parts import Parts
from signalbox.admin_wiring.people import people_routes
from signalbox.admin_wiring.segments import block_routes, segment_routes, suppression_routes
from signalbox.admin_wiring.subjects import subject_routes
from signalbox.admin_wiring.trials import hold_routes, trial_routes
from signalbox.admin_wiring.triggers import trigger_routes
from signalbox.observability import Telemetry
from signalbox.services.auditing import Auditing


@functools.cache
def _service() -> tuple[AdminRoutes, Telemetry]:
    settings = config.AdminSettings.from_env(config.ENVIRONMENT)
    client = dynamodb_client()
    parts, telemetry = Parts(settings, client), Telemetry(settings.service_name)
    auditing = Auditing(clock=parts.clock, ids=parts.ids, log=DynamoAuditLog(client, settings.audit_table))
    routes = [
        *people_routes(parts, auditing),
        *trigger_routes(parts),
        *flow_routes(parts),
        *report_routes(parts),
        *event_routes(parts),
        *explanation_routes(parts),
        *subject_routes(parts),
        *contact_routes(parts),
        *segment_routes(parts),
        *block_routes(parts),
        *suppression_routes(parts),
        *destination_routes(parts),
        *trial_routes(parts),
        *hold_routes(parts),
        *dead_letter_routes(parts),
    ]
    described = DescribingRoutes(routes).routes()
    return AdminRoutes(described, partners=parts.partners, auditing=auditing, telemetry=telemetry), telemetry


def lambda_handler(event: Mapping[str, Any], _context: object) -> http.Answer:
    """Answer one request."""
    routes, _ = _service()
    return routes.answer(event)


if config.runs_in_lambda(config.ENVIRONMENT):
    _service()
