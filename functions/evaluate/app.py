"""Invoked by the evaluations queue; brings one partner's live flows up to date and answers which messages failed."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from signalbox import config
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.client import dynamodb_client
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.cursors import DynamoCursors
from signalbox.adapters.dynamodb.deferrals import DynamoDeferrals
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.flows import DynamoLiveFlows
from signalbox.adapters.dynamodb.partners import DynamoPartners
from signalbox.adapters.dynamodb.safety_holds import DynamoSafetyHolds
from signalbox.adapters.history.store import S3History, s3_client
from signalbox.adapters.queries.engine import DuckDBEngine
from signalbox.adapters.sqs import SqsHandover, sqs_client
from signalbox.batches import failures_in
from signalbox.observability import Telemetry
from signalbox.services.evaluation import Evaluation
from signalbox.wire.queue_messages import read_request, write_match

RESERVE_MS = 60_000  # a further flow is gone on with only while this much of the function's time is left
HISTORY_FOLDER = Path("/tmp/history")  # noqa: S108 - the one folder that a function may write to, its own alone


@functools.cache
def _service() -> tuple[Evaluation, Telemetry]:
    settings = config.EvaluateSettings.from_env(config.ENVIRONMENT)
    client, clock = dynamodb_client(), SystemClock()
    events = DynamoEvents(client, settings.events_table)
    evaluation = Evaluation(
        clock=clock,
        partners=DynamoPartners(client, settings.registry_table),
        live_flows=DynamoLiveFlows(client, settings.registry_table),
        cursors=DynamoCursors(client, settings.cursors_table),
        events=events,
        history=S3History(functools.cache(s3_client), settings.history_bucket, events, HISTORY_FOLDER, clock=clock),
        contacts=DynamoContacts(client, settings.contacts_table),
        deferrals=DynamoDeferrals(client, settings.deferred_table),
        safety_holds=DynamoSafetyHolds(client, settings.cursors_table),
        engine=DuckDBEngine(),
        handover=SqsHandover(sqs_client(), settings.sends_queue_url, write_match),
        settle=settings.settle,
    )
    return evaluation, Telemetry(settings.service_name)


def lambda_handler(event: Mapping[str, Any], context: Any) -> Mapping[str, Any]:
    """Evaluate the partner of each message; a message that fails comes again."""
    evaluation, telemetry = _service()

    def evaluate(body: str) -> None:
        report = evaluation.evaluate(
            read_request(body).partner_id,
            may_go_on=lambda: context.get_remaining_time_in_millis() > RESERVE_MS,
        )
        if report.gone_quiet:
            telemetry.measure("TriggersGoneQuiet", len(report.gone_quiet), "Count")
            telemetry.logger.warning("triggers have gone quiet", extra={"trigger_ids": report.gone_quiet})
        if report.held:
            telemetry.measure("RunsHeld", len(report.held), "Count")
            telemetry.logger.warning("runs wait for a person", extra={"flow_ids": report.held})
        telemetry.measure("CursorLagSeconds", report.lag.total_seconds(), "Seconds")
        for trigger_id, failure in report.failures:
            telemetry.count("QueriesFailed")
            telemetry.logger.error(failure.detail, extra={"trigger_id": trigger_id, "fault": failure.fault})

    return failures_in(event, evaluate, telemetry)


if config.runs_in_lambda(config.ENVIRONMENT):
    _service()
