"""SQS's batches of queue messages: each message on its own, and the answer that brings back only those that failed."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from signalbox.observability import Telemetry


def failures_in(event: Mapping[str, Any], handle: Callable[[str], object], telemetry: Telemetry) -> Mapping[str, Any]:
    """Handle each message's body, write the counts, and answer which messages the queue is to bring again.

    Source: AWS Lambda, "Handling errors for an SQS event source in Lambda", partial batch responses.
    """
    failed = [
        record["messageId"]
        for record in event["Records"]
        if not telemetry.survives(partial(handle, record["body"]), message_id=record["messageId"])
    ]
    telemetry.flush()
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
