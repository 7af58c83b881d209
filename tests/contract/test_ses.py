"""E-mail through SES: what leaves, and what is known when it fails."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from email.header import decode_header, make_header
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws
from moto.ses.models import ses_backends

from signalbox.adapters.ses import SesEmail, ses_client
from signalbox.domain.errors import Ambiguous, Misconfigured, Rejected, SignalboxError, Throttled, Transient
from signalbox.domain.messages import EmailMessage
from tests.contract.loopback import Behaviour, answering, closed_port, hang_up, serving

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

MOTO_ACCOUNT = "123456789012"
SENDER = "news@shop.example"
MESSAGE = EmailMessage(to="ana@example.org", subject="Grüße", text="Hallo", html="<p>Hallo</p>", from_name="Shop")


@pytest.fixture(autouse=True)
def _aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")


@pytest.fixture
def sink() -> Iterator[list[Any]]:
    """What reached SES."""
    with mock_aws():
        client = boto3.client("sesv2")
        client.create_email_identity(EmailIdentity=SENDER)
        sent: list[Any] = ses_backends[MOTO_ACCOUNT]["eu-west-1"].sent_messages
        sent.clear()
        yield sent


def test_a_message_leaves_with_all_its_parts(sink: list[Any]) -> None:
    message_id = SesEmail(ses_client(), SENDER).send(MESSAGE)

    (sent,) = sink
    assert message_id == sent.id
    assert sent.source == '"Shop" <news@shop.example>'
    assert sent.destinations == {"ToAddresses": ["ana@example.org"]}
    assert (sent.subject, sent.body) == ("Grüße", "<p>Hallo</p>")


@pytest.mark.parametrize(
    "name",
    ["Shop", 'The "best" shop, really; <b>', "Grüße aus München", "店" * 40, "back\\slash", "a@b.example"],
)
def test_a_senders_name_is_read_back_as_it_was(sink: list[Any], name: str) -> None:
    SesEmail(ses_client(), SENDER).send(replace(MESSAGE, from_name=name))

    encoded, address = parseaddr(sink[0].source)
    assert (str(make_header(decode_header(encoded))), address) == (name, SENDER)
    assert all(len(word) <= 75 for word in encoded.split(" ") if word.startswith("=?"))


def test_a_sender_without_a_name_is_an_address(sink: list[Any]) -> None:
    SesEmail(ses_client(), SENDER).send(replace(MESSAGE, from_name=None))

    assert sink[0].source == SENDER


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Hello\r\nBcc: eve@example.org"},
        {"subject": "Hello\u2028"},
        {"from_name": "Shop\nBcc: eve@example.org"},
        {"to": "ana@example.org\r\nBcc: eve@example.org"},
        {"to": "ana@example.org, eve@example.org"},
        {"to": "Ana <ana@example.org>"},
        {"to": "ana"},
        {"to": ""},
    ],
)
def test_nothing_can_be_smuggled_into_a_header(sink: list[Any], changes: dict[str, str]) -> None:
    with pytest.raises(Rejected):
        SesEmail(ses_client(), SENDER).send(replace(MESSAGE, **changes))

    assert sink == []


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, "MessageRejected", Rejected),
        (400, "BadRequestException", Rejected),
        (429, "TooManyRequestsException", Throttled),
        (400, "LimitExceededException", Transient),
        (400, "SendingPausedException", Transient),
        (400, "AccountSuspendedException", Misconfigured),
        (400, "MailFromDomainNotVerifiedException", Misconfigured),
        (404, "NotFoundException", Misconfigured),
        (403, "AccessDeniedException", Misconfigured),
        (403, "ExpiredTokenException", Misconfigured),
        (500, "InternalFailure", Ambiguous),
        (503, "ServiceUnavailable", Ambiguous),
    ],
)
def test_each_answer_of_ses_means_one_thing_and_is_asked_for_once(
    monkeypatch: pytest.MonkeyPatch, status: int, code: str, error: type[SignalboxError]
) -> None:
    raised, requests = _failure(monkeypatch, answering(status, code))

    assert type(raised) is error
    assert requests == 1
    assert code in str(raised)
    assert "ana@example.org" not in str(raised)


def test_a_connection_lost_after_the_request_hides_whether_it_left(monkeypatch: pytest.MonkeyPatch) -> None:
    raised, requests = _failure(monkeypatch, hang_up)

    assert type(raised) is Ambiguous
    assert requests == 1


def test_an_answer_that_does_not_come_hides_whether_it_left() -> None:
    given_up = threading.Event()

    def say_nothing(_: socket.socket) -> None:
        given_up.wait(5)

    with serving(say_nothing) as server:
        channel = SesEmail(_impatient(server.url), SENDER)
        with pytest.raises(Ambiguous):
            channel.send(MESSAGE)
        given_up.set()

    assert len(server.requests) == 1


def test_a_connection_that_is_refused_means_that_nothing_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", closed_port())

    with pytest.raises(Transient):
        SesEmail(ses_client(), SENDER).send(MESSAGE)


def _failure(monkeypatch: pytest.MonkeyPatch, behave: Behaviour) -> tuple[SignalboxError, int]:
    with serving(behave) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        with pytest.raises(SignalboxError) as raised:
            SesEmail(ses_client(), SENDER).send(MESSAGE)
    return raised.value, len(server.requests)


def _impatient(url: str) -> "SESV2Client":
    return boto3.client("sesv2", endpoint_url=url, config=Config(read_timeout=0.2, retries={"total_max_attempts": 1}))
