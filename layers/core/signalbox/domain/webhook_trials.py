"""Trying a destination out: a message that says it is a test, in the form of all others."""

import json
from dataclasses import dataclass
from datetime import datetime

from signalbox.domain.webhooks import WebhookMessage

TEST_TYPE = "destination.test"


@dataclass(frozen=True, slots=True)
class Trial:
    """How a test message fared: taken, or why not, with what the endpoint said to it."""

    was_taken: bool
    fault: str = ""
    told: str = ""


def message_of_trial(message_id: str, at: datetime, batch_size: int) -> WebhookMessage:
    """Make one; a destination that takes batches gets a batch of one, as it would otherwise."""
    timestamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    payload = {"id": message_id, "type": TEST_TYPE, "timestamp": timestamp, "data": {}}
    said = payload if batch_size == 1 else {"batch": [payload]}
    return WebhookMessage(message_id, json.dumps(said, separators=(",", ":")), (message_id,))
