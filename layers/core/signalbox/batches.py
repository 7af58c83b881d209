"""SQS's batches of queue messages: each message on its own, and the answer that brings back only those that failed.

Source: AWS Lambda, "Handling errors for an SQS event source in Lambda", partial batch responses.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

from signalbox.observability import Telemetry


def failures_in(event: Mapping[str, Any], handle: Callable[[str], object], telemetry: Telemetry) -> Mapping[str, Any]:
    """Handle each message's body, write the counts, and answer which messages the queue is to bring again."""
    failed = [
        record["messageId"]
        for record in event["Records"]
        if not telemetry.survives(partial(handle, record["body"]), message_id=record["messageId"])
    ]
    telemetry.flush()
    return _answer(failed)


def failures_among[T](
    event: Mapping[str, Any],
    read: Callable[[str], Sequence[T]],
    handle: Callable[[Sequence[T]], Iterable[bool]],
    telemetry: Telemetry,
) -> Mapping[str, Any]:
    """Handle what all the messages hold together, write the counts, and answer as `failures_in` does.

    `handle` tells of each thing in its order whether it is done; a message with one that is not comes again.
    """
    things_by_message: dict[str, Sequence[T]] = {}

    def gather(message_id: str, body: str) -> None:
        things_by_message[message_id] = read(body)

    for record in event["Records"]:
        message_id = record["messageId"]
        telemetry.survives(partial(gather, message_id, record["body"]), message_id=message_id)
    answers = iter(handle([each for things in things_by_message.values() for each in things]))
    done = {name for name, things in things_by_message.items() if all(list(islice(answers, len(things))))}
    telemetry.flush()
    return _answer([record["messageId"] for record in event["Records"] if record["messageId"] not in done])


def _answer(failed: Sequence[str]) -> Mapping[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
