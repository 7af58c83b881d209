"""The queues between the functions: everything put in comes out, in messages small enough to handle."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import ANY, Stubber
from moto import mock_aws

from signalbox.adapters.sqs import (
    ATTEMPTS,
    MAX_CALL_BYTES,
    MAX_MATCHES,
    MAX_MESSAGE_BYTES,
    SqsDeadLetters,
    SqsEvaluationRequests,
    SqsHandover,
    sqs_client,
)
from signalbox.domain.decisions import Match
from signalbox.domain.errors import Misconfigured, SignalboxError, Throttled, Transient
from signalbox.wire.queue_messages import read_matches, read_request, write_match, write_request
from tests.contract.loopback import answering, closed_port, serving
from tests.unit.makers import NOON, match

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ACCEPTED = {"Id": "0", "MessageId": "m", "MD5OfMessageBody": "d"}


@dataclass(frozen=True)
class Queue:
    """A queue of moto's, and what each call brought to it."""

    client: "SQSClient"
    url: str
    calls: list[list[str]]

    def bodies(self) -> list[str]:
        return [body for call in self.calls for body in call]

    def matches(self) -> list[Match]:
        return [each for body in self.bodies() for each in read_matches(body)]


@pytest.fixture(autouse=True)
def _aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")


@pytest.fixture
def queue() -> Iterator[Queue]:
    with mock_aws():
        client = sqs_client()
        calls: list[list[str]] = []

        def watch(params: Mapping[str, Any], **_: Any) -> None:
            calls.append([entry["MessageBody"] for entry in params["Entries"]])

        client.meta.events.register("provide-client-params.sqs.SendMessageBatch", watch)
        url = client.create_queue(QueueName="queue")["QueueUrl"]
        yield Queue(client, url, calls)
        client.delete_queue(QueueUrl=url)


def _handover(queue: Queue) -> SqsHandover:
    return SqsHandover(queue.client, queue.url, write_match)


def _matches(count: int, **changes: Any) -> list[Match]:
    return [match(event_id=f"event-{number}", **changes) for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, MAX_MATCHES, MAX_MATCHES + 1, 600])
def test_every_match_is_handed_over_once_and_in_order(queue: Queue, count: int) -> None:
    matches = _matches(count)

    _handover(queue).hand_over(matches)

    assert queue.matches() == matches
    assert all(len(json.loads(body)["matches"]) <= MAX_MATCHES for body in queue.bodies())
    assert all(len(call) <= 10 for call in queue.calls)
    received = queue.client.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["ApproximateNumberOfMessages"])
    assert received["Attributes"]["ApproximateNumberOfMessages"] == str(len(queue.bodies()))


@pytest.mark.parametrize("size", [10_000, 60_000, MAX_MESSAGE_BYTES - 1_000])
def test_large_matches_are_spread_over_messages_and_calls(queue: Queue, size: int) -> None:
    matches = _matches(30, row={"text": "x" * size})

    _handover(queue).hand_over(matches)

    assert queue.matches() == matches
    assert all(len(body.encode()) <= MAX_MESSAGE_BYTES for body in queue.bodies())
    assert all(sum(len(body.encode()) for body in call) <= MAX_CALL_BYTES for call in queue.calls)


def test_a_match_that_fits_to_the_byte_keeps_its_columns(queue: Queue) -> None:
    empty = match(row={"text": ""})
    room = MAX_MESSAGE_BYTES - len(f'{{"matches":[{write_match(empty)}]}}')
    fitting, too_large = match(row={"text": "x" * room}), match(row={"text": "x" * (room + 1)})

    _handover(queue).hand_over([fitting, too_large])

    assert queue.matches() == [fitting, match(row={})]


def test_a_match_too_large_for_any_message_travels_without_its_columns(queue: Queue) -> None:
    matches = [match(row={"text": "é" * 100_000}), match(event_id="event-2", row={"kept": 1})]

    _handover(queue).hand_over(matches)

    assert queue.matches() == [match(row={}), match(event_id="event-2", row={"kept": 1})]


def test_a_match_whose_very_name_is_too_large_needs_a_person(queue: Queue) -> None:
    with pytest.raises(Misconfigured):
        _handover(queue).hand_over([match(event_id="x" * MAX_MESSAGE_BYTES)])


def test_each_partner_is_asked_for(queue: Queue) -> None:
    partner_ids = [f"partner_{number}" for number in range(25)]

    SqsEvaluationRequests(queue.client, queue.url, write_request).request(partner_ids, NOON)

    requests = [read_request(body) for body in queue.bodies()]
    assert [request.partner_id for request in requests] == partner_ids
    assert {request.scheduled_at for request in requests} == {NOON}


def test_what_sqs_did_not_take_is_sent_again_alone() -> None:
    with _stubbed([[1], []]) as (client, stub):
        SqsHandover(client, "http://queue", write_match).hand_over(_matches(MAX_MATCHES + 1))

        stub.assert_no_pending_responses()


def test_what_sqs_never_takes_is_transient() -> None:
    with _stubbed([[0]] * ATTEMPTS) as (client, stub):
        with pytest.raises(Transient):
            SqsHandover(client, "http://queue", write_match).hand_over(_matches(1))

        stub.assert_no_pending_responses()


def test_what_sqs_refuses_for_good_needs_a_person() -> None:
    with _stubbed([[0]], sender_fault=True) as (client, stub):
        with pytest.raises(Misconfigured, match="InvalidMessageContents"):
            SqsHandover(client, "http://queue", write_match).hand_over(_matches(1))

        stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, "RequestThrottled", Throttled),
        (500, "InternalFailure", Transient),
        (503, "ServiceUnavailable", Transient),
        (400, "AWS.SimpleQueueService.NonExistentQueue", Misconfigured),
        (403, "AccessDenied", Misconfigured),
    ],
)
def test_each_answer_of_sqs_means_one_thing(
    monkeypatch: pytest.MonkeyPatch, status: int, code: str, error: type[SignalboxError]
) -> None:
    with serving(answering(status, code)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        with pytest.raises(SignalboxError, match=code) as raised:
            SqsHandover(sqs_client(), f"{server.url}/queue", write_match).hand_over(_matches(1))

    assert type(raised.value) is error


def test_a_queue_that_cannot_be_reached_is_transient(monkeypatch: pytest.MonkeyPatch) -> None:
    url = closed_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)

    with pytest.raises(Transient):
        SqsHandover(sqs_client(), f"{url}/queue", write_match).hand_over(_matches(1))


class _stubbed:  # noqa: N801 - reads as a function
    """A client whose calls fail for the entries of those numbers, call by call."""

    def __init__(self, failing: Sequence[Sequence[int]], *, sender_fault: bool = False) -> None:
        self._client = sqs_client()
        self._stub = Stubber(self._client)
        code = "InvalidMessageContents" if sender_fault else "InternalError"
        expected = None
        for numbers in failing:
            failed = [{"Id": str(number), "SenderFault": sender_fault, "Code": code} for number in numbers]
            params = {"QueueUrl": ANY, "Entries": expected or ANY}
            self._stub.add_response("send_message_batch", {"Successful": [ACCEPTED], "Failed": failed}, params)
            expected = [{"Id": str(number), "MessageBody": ANY} for number in numbers]

    def __enter__(self) -> tuple["SQSClient", Stubber]:
        self._stub.activate()
        return self._client, self._stub

    def __exit__(self, *_: object) -> None:
        self._stub.deactivate()


def test_dead_letters_that_cannot_be_put_back_stay_where_they_are(queue: Queue) -> None:
    gone = f"{queue.url}-gone"
    dead_letters = SqsDeadLetters(lambda: queue.client, {"sends": (queue.url, gone)})
    queue.client.send_message(QueueUrl=queue.url, MessageBody="Grüße")

    with pytest.raises(Misconfigured):
        dead_letters.move_some("sends")

    attributes = queue.client.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessagesNotVisible"] == "1"
    assert dead_letters.counts() == {"sends": 0}  # it is hidden for a minute, and comes back
