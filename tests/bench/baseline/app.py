"""Collect as it is usually written: Powertools' resolver with validation, its idempotency, and a boto3 resource.

The benchmarks measure our collect function against it. It takes the same requests, checks the same credentials from
the same item and stores the same event; it has no debug mode, quarantine, identities or batches.
"""

import hashlib
import hmac
import json
import os
import time
from typing import Annotated, Any, Literal

import boto3
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import UnauthorizedError
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig, idempotent_function
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

PARTNER_SECONDS = 60
RETENTION_SECONDS = 45 * 86_400


class Traits(BaseModel):
    """Whom the event is about."""

    model_config = ConfigDict(extra="allow")

    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


class CollectedEvent(BaseModel):
    """What a partner sends."""

    model_config = ConfigDict(extra="allow", alias_generator=to_camel)

    partner_id: str
    partner_secret: str
    client_id: str = Field(min_length=1, max_length=45)
    sent_at: int
    type: Literal["track", "identify"]
    context: dict[str, Any]
    event: str | None = None
    properties: dict[str, Any] | None = None
    traits: Traits


app = APIGatewayHttpResolver(enable_validation=True)
dynamodb = boto3.resource("dynamodb")
events = dynamodb.Table(os.environ["EVENTS_TABLE"])
registry = dynamodb.Table(os.environ["REGISTRY_TABLE"])
idempotency = DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY_TABLE"])
idempotency_config = IdempotencyConfig(expires_after_seconds=RETENTION_SECONDS)
partners: dict[str, tuple[float, dict[str, Any]]] = {}


@app.post("/http/v1/collect")  # type: ignore[untyped-decorator]  # Powertools is in another environment
def collect(event: Annotated[CollectedEvent, Body()]) -> Response[str]:
    """Take one event."""
    authenticate(event.partner_id, event.partner_secret)
    store(event=event.model_dump(mode="json", by_alias=True, exclude={"partner_secret"}))
    return Response(status_code=200, body="")


@idempotent_function(data_keyword_argument="event", persistence_store=idempotency, config=idempotency_config)  # type: ignore[untyped-decorator]  # the same
def store(event: dict[str, Any]) -> None:
    """Keep an event; one that was kept already is not kept again."""
    received_ms = time.time_ns() // 1_000_000
    body = json.dumps(event, separators=(",", ":"))
    name = hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()
    events.put_item(
        Item={
            "pk": f"{event['partnerId']}#{received_ms // 3_600_000}",
            "sk": f"{received_ms}#{name}",
            "client_id": event["clientId"],
            "email": event["traits"]["email"],
            "event_type": event["event"] or event["type"],
            "sent_at": event["sentAt"],
            "body": body,
            "expires_at": received_ms // 1000 + RETENTION_SECONDS,
        }
    )


def authenticate(partner_id: str, secret: str) -> None:
    """Compare the secret with what the registry knows."""
    read_at, partner = partners.get(partner_id, (0.0, {}))
    if time.monotonic() - read_at >= PARTNER_SECONDS or not partner:
        partner = dict(registry.get_item(Key={"pk": f"partner#{partner_id}", "sk": "partner"}).get("Item", {}))
        partners[partner_id] = time.monotonic(), partner
    for each in partner.get("secrets", []):
        digest = hmac.digest(each["key"].value, secret.encode(), hashlib.sha256)
        if hmac.compare_digest(digest, each["digest"].value):
            return
    raise UnauthorizedError("Unauthorized")


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Route one request."""
    idempotency_config.register_lambda_context(context)
    answer: dict[str, Any] = app.resolve(event, context)
    return answer
