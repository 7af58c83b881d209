"""E-mail through SES: what leaves, and what is known when it fails."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_string
from email.message import EmailMessage as MimeMessage
from email.policy import default
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws
from moto.ses.models import ses_backends

from signalbox.adapters.ses import SesEmail, ses_client
from signalbox.domain.decision_names import DecisionName
from signalbox.domain.errors import Ambiguous, Misconfigured, Rejected, SignalboxError, Throttled, Transient
from signalbox.domain.messages import EmailMessage
from tests.contract.loopback import Behaviour, answering, closed_port, hang_up, serving

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

MOTO_ACCOUNT = "123456789012"
SENDER = "news@shop.example"
CONFIGURATION_SET = "feedback"
MESSAGE = EmailMessage(to="ana@example.org", subject="Grüße", text="Hallo", html="<p>Hallo</p>", from_name="Shop")
NAME = DecisionName.of("partner_1", "flow_1", "event #1")


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
    message_id = _channel().send(MESSAGE)

    (sent,) = sink
    read = message_from_string(sent.raw_data, MimeMessage, policy=default)
    assert message_id == sent.id
    assert (sent.source, set(sent.destinations)) == (SENDER, {"ana@example.org"})
    assert (read["From"], read["Subject"]) == ("Shop <news@shop.example>", "Grüße")
    assert [part.get_content() for part in read.iter_parts()] == ["Hallo\r\n", "<p>Hallo</p>\r\n"]


@pytest.mark.usefixtures("sink")
def test_a_message_names_its_decision_and_where_to_tell_of_it() -> None:
    client, requests = ses_client(), []
    client.meta.events.register("before-call.sesv2.SendEmail", lambda params, **_: requests.append(params["body"]))

    SesEmail(client, SENDER, CONFIGURATION_SET).send(replace(MESSAGE, decision=NAME))

    asked = json.loads(requests[0])
    tags = {tag["Name"]: tag["Value"] for tag in asked["EmailTags"]}
    assert asked["ConfigurationSetName"] == CONFIGURATION_SET
    assert DecisionName.from_tags(tags) == NAME


def test_a_recipients_domain_leaves_in_ascii(sink: list[Any]) -> None:
    _channel().send(replace(MESSAGE, to="ana@bücher.example"))

    assert set(sink[0].destinations) == {"ana@xn--bcher-kva.example"}


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
        {"to": "änä@example.org"},
        {"to": "ana@example..org"},
        {"to": "ana@exämple..org"},
        {"unsubscribe_url": "https://shop.example/u/1>\r\nBcc: eve@example.org"},
        {"unsubscribe_url": "https://shop.example/u/1>\r\nBcc:eve@example.org"},
        {"unsubscribe_url": "https://shop.example/u/ 1"},
        {"to": '"ana eve"@example.org'},
        {"to": "ana(eve)@example.org"},
        {"to": "ana@[192.0.2.1]"},
        {"unsubscribe_url": "https://shop.example/u/" + "x" * 980},
    ],
)
def test_nothing_can_be_smuggled_into_a_header(sink: list[Any], changes: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        _channel().send(replace(MESSAGE, **changes))

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
        channel = SesEmail(_impatient(server.url), SENDER, CONFIGURATION_SET)
        with pytest.raises(Ambiguous):
            channel.send(MESSAGE)
        given_up.set()

    assert len(server.requests) == 1


def test_a_connection_that_is_refused_means_that_nothing_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", closed_port())

    with pytest.raises(Transient):
        _channel().send(MESSAGE)


def _channel() -> SesEmail:
    return SesEmail(ses_client(), SENDER, CONFIGURATION_SET)


def _failure(monkeypatch: pytest.MonkeyPatch, behave: Behaviour) -> tuple[SignalboxError, int]:
    with serving(behave) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        with pytest.raises(SignalboxError) as raised:
            _channel().send(MESSAGE)
    return raised.value, len(server.requests)


def _impatient(url: str) -> "SESV2Client":
    return boto3.client("sesv2", endpoint_url=url, config=Config(read_timeout=1, retries={"total_max_attempts": 1}))
