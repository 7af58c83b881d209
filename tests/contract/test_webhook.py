"""Webhooks over HTTPS: what leaves, what each answer means, and what an endpoint that misbehaves can cost."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from signalbox.domain.errors import Gone, Rejected, SignalboxError, Throttled, Transient
from signalbox.domain.webhooks import WebhookMessage
from tests import certificates
from tests.contract import loopback
from tests.contract.endpoint import (
    MIXED_S,
    SOON_S,
    TIMEOUT_S,
    Behaviour,
    Dripping,
    Endpoint,
    answering,
    saying,
    serving,
    sipping,
)
from tests.unit.webhooks import destination, message

HEAD = b"HTTP/1.1 500 x\r\ncontent-length: 100000\r\n\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificates.make(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def endpoint(certificate: Path) -> Iterator[Endpoint]:
    """An endpoint that takes everything, but hangs at `/hang`."""
    with serving(certificate) as server:
        yield server


def failure(certificate: Path, behave: Behaviour, timeout_s: float = TIMEOUT_S) -> SignalboxError:
    """Give what one attempt raises when the endpoint behaves so; it is asked once."""
    with serving(certificate, path=behave) as server, pytest.raises(SignalboxError) as raised:
        server.channel(timeout_s=timeout_s).send(destination(url=server.url("/path")), message())
    assert len(server.requests) == 1
    return raised.value


def test_a_message_is_posted_as_json(endpoint: Endpoint) -> None:
    endpoint.channel().send(destination(url=endpoint.url("/a/b?c=d")), message())

    (request,) = endpoint.requests
    assert request.line == "POST /a/b?c=d HTTP/1.1"
    assert request.body.decode() == message().body
    assert request.headers["content-type"] == "application/json"
    assert request.headers["host"] == f"127.0.0.1:{endpoint.port}"
    assert request.headers["connection"] == "close"


def test_a_large_message_arrives_whole(endpoint: Endpoint) -> None:
    large = message(content='"' + "é" * 100_000 + '"')

    endpoint.channel().send(destination(url=endpoint.url()), large)

    assert endpoint.requests[0].body.decode() == large.body


def test_a_message_that_is_sent_again_has_the_same_id(endpoint: Endpoint) -> None:
    channel = endpoint.channel()

    for _ in range(2):
        channel.send(destination(url=endpoint.url()), message())

    first, second = endpoint.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == message().webhook_id


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_takes_the_message(certificate: Path, status: int) -> None:
    with serving(certificate, path=answering(status)) as server:
        server.channel().send(destination(url=server.url("/path")), message())

    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(410, Gone), (429, Throttled), (500, Transient), (503, Transient), (404, Rejected), (400, Rejected)],
)
def test_an_answer_means_what_its_status_says(certificate: Path, status: int, error: type[SignalboxError]) -> None:
    raised = failure(certificate, answering(status, b"no such hook"))

    assert type(raised) is error
    assert str(raised) == f"the endpoint answered {status}"
    assert raised.told == "no such hook"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(certificate: Path, status: int) -> None:
    with serving(certificate) as other:
        raised = failure(certificate, answering(status, location=other.url()))

    assert type(raised) is Rejected
    assert other.requests == []


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("120", timedelta(seconds=120)),
        ("Sun, 01 Mar 2026 12:01:00 GMT", timedelta(minutes=1)),
        ("Sun, 01 Mar 2026 11:00:00 GMT", timedelta(0)),
        ("soon", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_an_endpoint_says_when_to_come_again(
    certificate: Path, status: int, header: str, span: timedelta | None
) -> None:
    raised = failure(certificate, answering(status, retry_after=header))

    assert isinstance(raised, Transient)
    assert raised.retry_after == span


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n\r\n",
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 abc x\r\n\r\n",
        b"HTTP/1.1 99999999 x\r\n\r\n",
        b"HTTP/1.1 200 x\r\n" + b"a: b\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 x\r\na: " + b"b" * 200_000,
        b"x" * 200_000,
    ],
)
def test_what_is_no_answer_is_tried_again(certificate: Path, answer: bytes) -> None:
    raised = failure(certificate, saying(answer))

    assert type(raised) is Transient


@pytest.mark.parametrize(
    "answer",
    [
        HEAD,
        HEAD.replace(b"100000", b"-1") + b"x",
        b"HTTP/1.1 500 x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nbody",
        b"HTTP/1.1 500 x\r\ntransfer-encoding: chunked\r\n\r\nffffffff\r\n" + b"x" * 200_000,
        b"HTTP/1.1 500 x\r\n\r\n" + b"x" * 200_000,
    ],
)
def test_whatever_follows_it_a_status_counts(certificate: Path, answer: bytes) -> None:
    raised = failure(certificate, saying(answer))

    assert str(raised) == "the endpoint answered 500"
    assert len(raised.told) <= 500


@pytest.mark.parametrize(
    ("beginning", "drop"),
    [(b"", b"H"), (b"HTTP/1.1 200 x\r\n", b"a: b\r\n"), (b"", b"HTTP/1.1 100 x\r\n\r\n")],
)
def test_an_answer_that_trickles_ends_with_the_deadline(certificate: Path, beginning: bytes, drop: bytes) -> None:
    behave = Dripping(beginning, drop)

    raised = failure(certificate, behave, SOON_S)

    assert type(raised) is Transient
    assert str(raised) == "the endpoint gave no answer: TimeoutError"
    assert behave.was_cut_off


def test_a_body_that_trickles_is_waited_for_only_so_long_and_its_status_counts(certificate: Path) -> None:
    behave = Dripping(HEAD, b"x")

    raised = failure(certificate, behave, 3 * TIMEOUT_S)  # which it does not take: what drips ends sooner

    assert type(raised) is Transient
    assert str(raised) == "the endpoint answered 500"
    assert behave.was_cut_off


def test_a_message_that_was_taken_waits_for_no_body(certificate: Path) -> None:
    with serving(certificate, path=Dripping(HEAD.replace(b"500", b"200"), b"x")) as server:
        server.channel().send(destination(url=server.url("/path")), message())


def test_an_endpoint_that_hangs_ends_with_the_deadline(endpoint: Endpoint) -> None:
    with pytest.raises(Transient, match="TimeoutError"):
        endpoint.channel(timeout_s=SOON_S).send(destination(url=endpoint.url("/hang")), message())


def test_one_that_does_not_read_what_is_sent_ends_with_the_deadline(endpoint: Endpoint) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # it is connected to, and never accepted
        port = deaf.getsockname()[1]
        with pytest.raises(Transient, match="TimeoutError"):
            endpoint.channel(timeout_s=SOON_S).send(destination(url=f"https://127.0.0.1:{port}/"), message())


def test_one_that_reads_slowly_ends_with_the_deadline(endpoint: Endpoint, certificate: Path) -> None:
    larger_than_what_is_buffered_on_the_way = WebhookMessage("msg_1", "x" * 20_000_000, ())
    channel = endpoint.channel(timeout_s=MIXED_S)  # to sign it takes a while, too

    with sipping(certificate) as port, pytest.raises(Transient, match="TimeoutError"):
        channel.send(destination(url=f"https://127.0.0.1:{port}/"), larger_than_what_is_buffered_on_the_way)


def test_one_that_is_not_there_is_tried_again(endpoint: Endpoint) -> None:
    url = loopback.closed_port().replace("http:", "https:")

    with pytest.raises(Transient, match="ConnectionRefusedError"):
        endpoint.channel().send(destination(url=url), message())
