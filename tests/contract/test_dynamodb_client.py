"""Our client of DynamoDB: how long a call can take, when it is made again, and what it does with its connections."""

import socket
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest

from signalbox.adapters.dynamodb import client as settings
from signalbox.adapters.dynamodb.client import PATIENCE, PUT_DEADLINE, dynamodb_client
from signalbox.adapters.dynamodb.connections import Address, Broken, Connection
from signalbox.adapters.dynamodb.events import DynamoEvents
from signalbox.adapters.dynamodb.faults import Refused, Unanswered
from signalbox.domain.errors import Misconfigured, Transient
from tests import cloudformation
from tests.contract import loopback, scripted
from tests.contract.conftest import ENVIRONMENT, URL
from tests.unit.makers import event

FOUND: scripted.Reply = (200, {"Item": {"pk": {"S": "a"}}})
GET = {"TableName": "Events", "Key": {"pk": {"S": "a"}}}
THREADS = 4  # more of them starve each other on a busy machine until calls time out
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n"
BODY = b'{"Item": {}}'


@contextmanager
def silent() -> Iterator[loopback.Server]:
    """Take connections and say nothing until the client gives up."""

    def wait(connection: socket.socket) -> None:
        connection.recv(1)

    with loopback.serving(wait) as server:
        yield server


def test_the_least_settle_and_the_time_of_collect_have_room_for_the_deadline() -> None:
    described = cloudformation.template()

    settle_s = described["Parameters"]["SettleSeconds"]["MinValue"]
    collect_s = described["Resources"]["CollectFunction"]["Properties"]["Timeout"]

    assert PUT_DEADLINE < timedelta(seconds=collect_s) < timedelta(seconds=settle_s)


def test_a_put_that_nobody_answers_ends_within_the_deadline() -> None:
    with silent() as server:
        events = DynamoEvents(dynamodb_client(ENVIRONMENT | {URL: server.url}), "Events", 45)
        began = time.monotonic()

        with pytest.raises(Transient):
            events.append(event(), 1)

        assert time.monotonic() - began < (PUT_DEADLINE - PATIENCE).total_seconds()
        assert len(server.requests) == settings.ATTEMPTS


def test_an_answer_that_trickles_in_ends_at_the_deadline_all_the_same() -> None:
    def trickle(connection: socket.socket) -> None:
        with suppress(OSError):  # until the client has gone
            for _ in range(1_000):
                connection.sendall(b"x-more: 1\r\n")
                time.sleep(0.01)

    with loopback.serving(trickle) as server:
        connection = Connection(Address(server.url), 1)
        began = time.monotonic()

        with pytest.raises(Broken, match="TimeoutError"):
            connection.exchange(b"POST / HTTP/1.1\r\n\r\n", 0.1)

        assert time.monotonic() - began < 5, "and not when nothing more comes, after ten seconds"
        del connection


@pytest.mark.parametrize(
    "passing",
    [
        scripted.error(500, "InternalServerError"),
        scripted.error(503, "ServiceUnavailable"),
        scripted.error(400, "ProvisionedThroughputExceededException"),
        scripted.error(400, "ThrottlingException"),
        (502, {}),
        b"",
        HEAD,
        HEAD + b"\r\n" + BODY[:-1],
        HEAD + b"\r\n" + BODY + b"x",
        HEAD + b"x-amz-crc32: %d\r\n\r\n" % (zlib.crc32(BODY) + 1) + BODY,
        b"HTTP/1.1 200 OK\r\n\r\n" + BODY,
        b"nonsense\r\n\r\n",
    ],
)
def test_what_may_pass_is_asked_once_more_over_a_new_connection(passing: scripted.Reply) -> None:
    with scripted.dynamodb(FOUND, passing, FOUND) as script:
        client = script.client()
        answers = [client.call("GetItem", GET) for _ in range(2)]

    assert answers == [FOUND[1]] * 2
    assert len({connection for *_, connection in script.asked}) == 2


def test_what_passes_too_late_is_raised() -> None:
    failing = scripted.error(500, "InternalServerError")

    with scripted.dynamodb(failing) as script, pytest.raises(Refused, match="InternalServerError"):
        script.client().call("GetItem", GET)

    assert len(script.asked) == settings.ATTEMPTS


@pytest.mark.parametrize("code", ["ValidationException", "ConditionalCheckFailedException", "AccessDeniedException"])
def test_what_does_not_pass_is_asked_once(code: str) -> None:
    with scripted.dynamodb(scripted.error(400, code)) as script, pytest.raises(Refused, match=code):
        script.client().call("PutItem", GET)

    assert len(script.asked) == 1


def test_a_transaction_that_is_sent_again_says_that_it_is_the_same() -> None:
    with scripted.dynamodb(b"", (200, {})) as script:
        script.client().call("TransactWriteItems", {"TransactItems": []})

    tokens = [content["ClientRequestToken"] for _, content, _ in script.asked]
    assert len(tokens) == 2
    assert len(set(tokens)) == 1
    assert 1 <= len(tokens[0]) <= 36


def test_calls_one_after_the_other_share_a_connection() -> None:
    with scripted.dynamodb(FOUND) as script:
        client = script.client()
        for _ in range(5):
            client.call("GetItem", GET)

    assert len({connection for *_, connection in script.asked}) == 1


def test_a_connection_that_was_closed_while_it_was_idle_is_not_used_again() -> None:
    whole, passing = HEAD + b"\r\n" + BODY, scripted.error(500, "InternalServerError")
    with scripted.dynamodb(whole, passing, FOUND) as script:
        client = script.client()
        client.call("GetItem", GET)
        assert script.has_closed.wait(10)

        answer = client.call("GetItem", GET)  # it has all its attempts, none went to the connection that was closed

    assert answer == FOUND[1]
    assert len(script.asked) == 3


def test_a_connection_that_the_other_side_ends_is_not_kept() -> None:
    closing = HEAD + b"Connection: close\r\n\r\n" + BODY
    with scripted.dynamodb(closing, closing) as script:
        client = script.client()
        for _ in range(2):
            client.call("GetItem", GET)

    assert len(script.asked) == 2


def test_threads_do_not_get_each_others_answers() -> None:
    def ask(number: int) -> bool:
        name = {"pk": {"S": str(number)}}
        return all(client.call("GetItem", {"Key": name})["Item"] == name for _ in range(20))

    with scripted.dynamodb(scripted.ECHO) as script, ThreadPoolExecutor(THREADS) as threads:
        client = script.client()
        same = list(threads.map(ask, range(THREADS)))

    assert same == [True] * THREADS
    assert 1 < len({connection for *_, connection in script.asked}) <= THREADS


@pytest.mark.parametrize("missing", list(ENVIRONMENT))
def test_an_environment_that_lacks_something_is_for_a_person_to_mend(missing: str) -> None:
    environ = {name: value for name, value in ENVIRONMENT.items() if name != missing}

    with pytest.raises(Misconfigured, match=missing):
        dynamodb_client(environ)


def test_an_unreachable_address_is_unanswered() -> None:
    client = dynamodb_client(ENVIRONMENT | {URL: loopback.closed_port()})

    with pytest.raises(Unanswered, match="ConnectionRefusedError"):
        client.call("GetItem", GET)
