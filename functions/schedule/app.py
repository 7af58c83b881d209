"""Invoked by EventBridge Scheduler every minute; asks for one evaluation of each partner with live flows."""

import functools
from collections.abc import Mapping
from typing import Any

from signalbox import config
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.client import dynamodb_client
from signalbox.adapters.dynamodb.flows import DynamoLiveFlows
from signalbox.adapters.sqs import SqsEvaluationRequests, sqs_client
from signalbox.observability import Telemetry
from signalbox.services.scheduling import Scheduling
from signalbox.wire.queue_messages import write_request
from signalbox.wire.schedules import scheduled_at


@functools.cache
def _service() -> tuple[Scheduling, Telemetry]:
    settings = config.ScheduleSettings.from_env(config.ENVIRONMENT)
    scheduling = Scheduling(
        live_flows=DynamoLiveFlows(dynamodb_client(), settings.registry_table),
        requests=SqsEvaluationRequests(sqs_client(), settings.evaluations_queue_url, write_request),
    )
    return scheduling, Telemetry(settings.service_name)


def lambda_handler(event: Mapping[str, Any], _context: object) -> None:
    """Start one run; what fails is raised, so that Lambda counts it, and the next minute covers it."""
    scheduling, telemetry = _service()
    asked = scheduling.start_run(scheduled_at(event, SystemClock().now()))
    telemetry.measure("EvaluationsRequested", asked, "Count")


if config.runs_in_lambda(config.ENVIRONMENT):
    _service()
