"""Invoked by the sends queue; decides about each match, sends what is to be sent, and answers which messages failed."""

import functools
from collections.abc import Mapping
from typing import Any

from signalbox import config
from signalbox.adapters.clock import SystemClock
from signalbox.adapters.dynamodb.client import dynamodb_client
from signalbox.adapters.dynamodb.contacts import DynamoContacts
from signalbox.adapters.dynamodb.content_blocks import DynamoContentBlocks
from signalbox.adapters.dynamodb.deferrals import DynamoDeferrals
from signalbox.adapters.dynamodb.deliveries import DynamoDeliveries
from signalbox.adapters.dynamodb.destinations import DynamoDestinations
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.flows import DynamoLiveFlows
from signalbox.adapters.dynamodb.messages import DynamoMessages
from signalbox.adapters.dynamodb.partners import DynamoPartners
from signalbox.adapters.dynamodb.segments import DynamoSegments
from signalbox.adapters.dynamodb.suppressions import DynamoSuppressions
from signalbox.adapters.dynamodb.touches import DynamoPlaces
from signalbox.adapters.push import SnsPush, sns_client
from signalbox.adapters.recent import RecentBlocks, RecentDestinations, RecentFlows, RecentPartners, RecentSegments
from signalbox.adapters.ses import SesEmail, ses_client
from signalbox.adapters.sms import AwsSms, sms_client
from signalbox.adapters.templating.conditions import JinjaConditions
from signalbox.adapters.templating.renderer import JinjaRenderer
from signalbox.adapters.webhook.channel import HttpsWebhooks
from signalbox.batches import failures_among
from signalbox.observability import Telemetry
from signalbox.sends_batches import SendsBatches
from signalbox.services.claiming import Claiming
from signalbox.services.considering import Considering
from signalbox.services.handing_over import HandingOver
from signalbox.services.placing import Placing
from signalbox.services.sending import Sending
from signalbox.services.suppressing import Suppressing
from signalbox.services.webhook_delivery import WebhookDelivery
from signalbox.wire.queue_messages import read_matches

MATCH_RESERVE_MS = 20_000  # what one match may take at worst; a process killed in the middle hides whether it sent


@functools.cache
def _service() -> tuple[Sending, Telemetry]:
    settings = config.SendSettings.from_env(config.ENVIRONMENT)
    client = dynamodb_client()
    clock, contacts = SystemClock(), DynamoContacts(client, settings.contacts_table)
    destinations = RecentDestinations(DynamoDestinations(client, settings.registry_table), clock)
    considering = Considering(
        clock=clock,
        partners=RecentPartners(DynamoPartners(client, settings.registry_table), clock),
        live_flows=RecentFlows(DynamoLiveFlows(client, settings.registry_table), clock),
        events=DynamoEvents(client, settings.events_table),
        contacts=contacts,
        renderer=JinjaRenderer(),
        conditions=JinjaConditions(),
        segments=RecentSegments(DynamoSegments(client, settings.registry_table), clock),
        blocks=RecentBlocks(DynamoContentBlocks(client, settings.registry_table), clock),
        public_url=settings.public_url,
    )
    sending = Sending(
        clock=clock,
        considering=considering,
        placing=Placing(contacts=contacts, places=DynamoPlaces(client, settings.contacts_table)),
        claiming=Claiming(clock=clock, deliveries=DynamoDeliveries(client, settings.deliveries_table)),
        deferrals=DynamoDeferrals(client, settings.deferred_table),
        handing_over=HandingOver(
            messages=DynamoMessages(client, settings.messages_table),
            email=SesEmail(ses_client(), settings.sender_address, settings.configuration_set),
            webhooks=WebhookDelivery(destinations=destinations, channel=HttpsWebhooks(clock)),
            sms=AwsSms(sms_client(), settings.sms_origination),
            push=SnsPush(sns_client()),
            suppressing=Suppressing(clock=clock, suppressions=DynamoSuppressions(client, settings.contacts_table)),
        ),
    )
    return sending, Telemetry(settings.service_name)


def lambda_handler(event: Mapping[str, Any], context: Any) -> Mapping[str, Any]:
    """Decide about the matches of all messages; a message with one that failed or found no time comes again."""
    sending, telemetry = _service()

    batches = SendsBatches(sending, telemetry, lambda: context.get_remaining_time_in_millis() >= MATCH_RESERVE_MS)
    return failures_among(event, read_matches, batches.do_all, telemetry)


if config.runs_in_lambda(config.ENVIRONMENT):
    _service()
