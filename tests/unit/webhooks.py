"""Destinations and messages for tests, each valid as it comes."""

from typing import Any

from signalbox.domain.webhooks import Destination, WebhookMessage, messages_of, payload_of, secret_of
from tests.unit.makers import NOON, PARTNER_ID

KEY = bytes(range(32))
SECRET = secret_of(KEY)


def destination(**changes: Any) -> Destination:
    values: dict[str, Any] = {
        "partner_id": PARTNER_ID,
        "destination_id": "destination_1",
        "name": "Shop's own",
        "url": "https://hooks.example.org/signalbox",
        "secrets": (SECRET,),
    }
    return Destination(**values | changes)


def message(event_id: str = "event-1", content: str = '{"name":"Ana"}') -> WebhookMessage:
    (made,) = messages_of([payload_of(PARTNER_ID, "flow_1", event_id, NOON, content)], 1)
    return made
