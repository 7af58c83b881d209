"""The queues between the functions, and what was given up of them."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as UnreachableError

from signalbox.domain.decisions import Match
from signalbox.domain.errors import Invalid, Misconfigured, Missing, Reason, SignalboxError, Throttled, Transient

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import DeleteMessageBatchRequestEntryTypeDef, SendMessageBatchRequestEntryTypeDef

MAX_ENTRIES = 10  # SendMessageBatch
MAX_CALL_BYTES = 256_000  # under the 256 KB that SQS took of a call until 2025 and local stand-ins still do
MAX_MESSAGE_BYTES = 200_000
MAX_MATCHES = 25  # should one of them fail, all come again; and a run of send takes ten messages
ATTEMPTS = 4  # of the entries of a call that SQS did not take
HIDDEN_S = 60  # from other callers, a message that is being put back; longer than that takes
PAUSE_S = 0.1  # before the first repetition, doubled for each further one

_SERVER_FAULT = 500
_THROTTLED = {"RequestThrottled", "ThrottlingException", "Throttling", "OverLimit", "KmsThrottled"}
_ENVELOPE = len('{"matches":[]}')


def sqs_client() -> "SQSClient":
    """Make the client; where it connects to is AWS_ENDPOINT_URL's to say, which boto3 reads itself."""
    config = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
    return boto3.client("sqs", config=config)


class SqsEvaluationRequests:
    """The `EvaluationRequests` port; `write` gives the text of one request."""

    def __init__(self, client: "SQSClient", queue_url: str, write: Callable[[str, datetime], str]) -> None:
        self._queue = _Queue(client, queue_url)
        self._write = write

    def request(self, partner_ids: Iterable[str], scheduled_at: datetime) -> None:
        """Ask for one evaluation a partner."""
        self._queue.put(self._write(partner_id, scheduled_at) for partner_id in partner_ids)


class SqsHandover:
    """The `Handover` port; `write` gives one match as JSON text in ASCII."""

    def __init__(self, client: "SQSClient", queue_url: str, write: Callable[[Match], str]) -> None:
        self._queue = _Queue(client, queue_url)
        self._write = write

    def hand_over(self, matches: Sequence[Match]) -> None:
        """Pass the matches on, several to a message."""
        self._queue.put(f'{{"matches":[{",".join(texts)}]}}' for texts in self._groups(matches))

    def _groups(self, matches: Sequence[Match]) -> Iterator[list[str]]:
        group: list[str] = []
        size = _ENVELOPE
        for match in matches:
            text = self._fitting(match)
            if group and (len(group) == MAX_MATCHES or size + len(text) + 1 > MAX_MESSAGE_BYTES):
                yield group
                group, size = [], _ENVELOPE
            group.append(text)
            size += len(text) + 1
        if group:
            yield group

    def _fitting(self, match: Match) -> str:
        """Write the match; without its further columns where they are too large for any message.

        A template that uses one of them then skips with the missing name, which is seen, where a match that cannot
        be handed over would hold up its flow for ever.
        """
        text = self._write(match)
        if len(text) + _ENVELOPE > MAX_MESSAGE_BYTES:
            text = self._write(replace(match, row={}))
        if len(text) + _ENVELOPE > MAX_MESSAGE_BYTES:
            raise Misconfigured(f"trigger {match.trigger_id} gives an identity or an event_id of over 100 KB")
        return text


class _Queue:
    """One queue, written to in batches."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def put(self, bodies: Iterable[str]) -> None:
        """Put all the messages in, or raise; some may be in when it raises."""
        for call in _calls(bodies):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {"Id": str(number), "MessageBody": body} for number, body in enumerate(call)
            ]
            for attempt in range(ATTEMPTS):
                entries = self._refused(entries)
                if not entries:
                    break
                if attempt < ATTEMPTS - 1:
                    time.sleep(PAUSE_S * 2**attempt * random.uniform(0.5, 1))  # noqa: S311 - spreads load, guards nothing
            else:
                raise Transient(f"SQS did not take {len(entries)} of {len(call)} messages")

    def _refused(
        self, entries: "list[SendMessageBatchRequestEntryTypeDef]"
    ) -> "list[SendMessageBatchRequestEntryTypeDef]":
        """Send one call and give the entries that may be sent again."""
        failed = _answered(lambda: self._client.send_message_batch(QueueUrl=self._url, Entries=entries)).get(
            "Failed", []
        )
        ours = sorted({entry["Code"] for entry in failed if entry["SenderFault"] and entry["Code"] not in _THROTTLED})
        if ours:
            raise Misconfigured(f"SQS refused a message: {', '.join(ours)}")
        failed_ids = {entry["Id"] for entry in failed}
        return [entry for entry in entries if entry["Id"] in failed_ids]


class SqsDeadLetters:
    """The `DeadLetters` port; `queues` has for each name the URL of the dead letters and of where they came from.

    SQS's own StartMessageMoveTask is not used: it tells nothing of what it did, and no stand-in for SQS knows it.
    """

    def __init__(self, client_of: "Callable[[], SQSClient]", queues: Mapping[str, tuple[str, str | None]]) -> None:
        self._client_of = client_of
        self._queues = queues

    def counts(self) -> Mapping[str, int]:
        """Ask each queue."""
        return {name: self.lying(name) for name in self._queues}

    def lying(self, queue: str) -> int:
        """Ask the queue."""
        url, _ = self._known(queue)
        answer = _answered(
            lambda: self._client_of().get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    def move_some(self, queue: str) -> int:
        """Put up to ten back before they are deleted here; dying in between leaves some in both."""
        url, origin = self._known(queue)
        if origin is None:
            raise Invalid(
                [Reason("/status", "these have no queue to go back to: the next run does what they asked for")]
            )
        client = self._client_of()
        found = _answered(
            lambda: client.receive_message(QueueUrl=url, MaxNumberOfMessages=MAX_ENTRIES, VisibilityTimeout=HIDDEN_S)
        ).get("Messages", [])
        if not found:
            return 0
        _Queue(client, origin).put(each["Body"] for each in found)
        entries: list[DeleteMessageBatchRequestEntryTypeDef] = [
            {"Id": str(number), "ReceiptHandle": each["ReceiptHandle"]} for number, each in enumerate(found)
        ]
        _answered(lambda: client.delete_message_batch(QueueUrl=url, Entries=entries))
        return len(found)

    def _known(self, queue: str) -> tuple[str, str | None]:
        if queue not in self._queues:
            raise Missing(f"no such queue: expected one of {', '.join(sorted(self._queues))}")
        return self._queues[queue]


def _answered[T](call: Callable[[], T]) -> T:
    try:
        return call()
    except ClientError as error:
        raise _of_answer(error) from None
    except (UnreachableError, HTTPClientError) as error:
        raise Transient(f"SQS did not answer: {type(error).__name__}") from None
    except BotoCoreError as error:
        raise Misconfigured(f"SQS could not be called: {type(error).__name__}") from None


def _calls(bodies: Iterable[str]) -> Iterator[list[str]]:
    """Put as many bodies together as one call takes."""
    call: list[str] = []
    for body in bodies:
        if call and (len(call) == MAX_ENTRIES or sum(map(len, call)) + len(body) > MAX_CALL_BYTES):
            yield call
            call = []
        call.append(body)
    if call:
        yield call


def _of_answer(error: ClientError) -> SignalboxError:
    code = error.response["Error"]["Code"]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    told = f"SQS answered {error.operation_name} with {code}"
    if code in _THROTTLED:
        return Throttled(told)
    return Transient(told) if status >= _SERVER_FAULT else Misconfigured(told)
