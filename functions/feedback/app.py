"""Invoked by the feedback queue, which SES's events come through; answers which queue messages are to come again."""

import functools
from collections.abc import Mapping
from typing import Any

from signalbox import config
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.client import dynamodb_client
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.suppressions import DynamoSuppressions
from signalbox.batches import failures_in
from signalbox.observability import Telemetry
from signalbox.services.feedback import ProviderFeedback
from signalbox.services.suppressing import Suppressing
from signalbox.wire.ses_events import read_event


@functools.cache
def _service() -> tuple[ProviderFeedback, Telemetry]:
    settings = config.FeedbackSettings.from_env(config.ENVIRONMENT)
    client, clock = dynamodb_client(), SystemClock()
    feedback = ProviderFeedback(
        clock=clock,
        deliveries=DynamoDeliveries(client, settings.deliveries_table),
        suppressing=Suppressing(clock=clock, suppressions=DynamoSuppressions(client, settings.contacts_table)),
    )
    return feedback, Telemetry(settings.service_name)


def lambda_handler(event: Mapping[str, Any], _context: object) -> Mapping[str, Any]:
    """Take in what each queue message tells."""
    feedback, telemetry = _service()

    def take(body: str) -> None:
        told = read_event(body)
        if told is None:
            telemetry.count("FeedbackIgnored")
        else:
            telemetry.count("Feedback" + feedback.take(told).capitalize())

    return failures_in(event, take, telemetry)


if config.runs_in_lambda(config.ENVIRONMENT):
    _service()
