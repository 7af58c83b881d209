"""Text messages through AWS End User Messaging: what leaves, and what is known when it fails."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, NoCredentialsError, NoRegionError
from botocore.stub import Stubber

from signalbox.adapters.aws_faults import sent_once
from signalbox.adapters.sms import AwsSms, sms_client
from signalbox.domain.errors import (
    Ambiguous,
    Gone,
    Misconfigured,
    Rejected,
    SignalboxError,
    Throttled,
    TooLarge,
    Transient,
)
from signalbox.domain.sms import SmsMessage
from tests.contract.loopback import Behaviour, answering, closed_port, hang_up, serving

MESSAGE = SmsMessage("+4915112345678", "Grüße")
POOL = "pool-1"


@pytest.fixture(autouse=True)
def _aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")


@pytest.mark.parametrize(("transactional", "kind"), [(False, "PROMOTIONAL"), (True, "TRANSACTIONAL")])
def test_a_message_leaves_as_what_it_is(*, transactional: bool, kind: str) -> None:
    expected = {
        "DestinationPhoneNumber": "+4915112345678",
        "OriginationIdentity": POOL,
        "MessageBody": "Grüße",
        "MessageType": kind,
    }
    client = sms_client()
    with Stubber(client) as stubber:
        stubber.add_response("send_text_message", {"MessageId": "message-1"}, expected)

        message_id = AwsSms(client, POOL).send(replace(MESSAGE, is_transactional=transactional))

    assert message_id == "message-1"


def test_without_a_sender_a_person_must_act() -> None:
    with pytest.raises(Misconfigured, match="SmsOrigination"):
        AwsSms(sms_client(), "").send(MESSAGE)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"to": ""}, Rejected),
        ({"to": "4915112345678"}, Rejected),
        ({"to": "ana@example.org"}, Rejected),
        ({"to": "+4915112345678,+4915112345679"}, Rejected),
        ({"text": " \n"}, Rejected),
        ({"text": "x" * 1601}, TooLarge),
    ],
)
def test_what_cannot_be_sent_does_not_leave(changes: dict[str, Any], error: type[SignalboxError]) -> None:
    client = sms_client()
    with Stubber(client), pytest.raises(error) as raised:  # it has no answers, so any call would be another error
        AwsSms(client, POOL).send(replace(MESSAGE, **changes))

    assert "49151" not in str(raised.value)


@pytest.mark.parametrize(
    ("status", "code", "reason", "error"),
    [
        (400, "ValidationException", "COUNTRY_CODE_MISMATCH", Rejected),
        (400, "ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT", Gone),
        (400, "ConflictException", "DESTINATION_PHONE_NUMBER_NOT_VERIFIED", Rejected),
        (400, "ConflictException", "NO_ORIGINATION_IDENTITIES_FOUND", Misconfigured),
        (400, "ResourceNotFoundException", "", Misconfigured),
        (400, "AccessDeniedException", "ACCOUNT_DISABLED", Misconfigured),
        (400, "ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT", Misconfigured),
        (400, "ThrottlingException", "", Throttled),
        (500, "InternalServerException", "", Ambiguous),
    ],
)
def test_each_answer_means_one_thing(status: int, code: str, reason: str, error: type[SignalboxError]) -> None:
    client = sms_client()
    with Stubber(client) as stubber:
        fields: dict[str, Any] = {"Reason": reason} if reason else {}
        stubber.add_client_error("send_text_message", code, "+4915112345678", status, modeled_fields=fields)

        with pytest.raises(SignalboxError) as raised:
            AwsSms(client, POOL).send(MESSAGE)

    assert type(raised.value) is error
    assert code in str(raised.value)
    assert reason in str(raised.value)
    assert "49151" not in str(raised.value)


@pytest.mark.parametrize(
    ("behave", "error"),
    [
        (hang_up, Ambiguous),
        (answering(500, "InternalServerException"), Ambiguous),
        (answering(400, "ThrottlingException"), Throttled),
    ],
)
def test_a_message_is_asked_for_once_whatever_comes_back(
    monkeypatch: pytest.MonkeyPatch, behave: Behaviour, error: type[SignalboxError]
) -> None:
    with serving(behave) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        with pytest.raises(SignalboxError) as raised:
            AwsSms(sms_client(), POOL).send(MESSAGE)

    assert type(raised.value) is error
    assert len(server.requests) == 1


def test_a_connection_that_is_refused_means_that_nothing_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", closed_port())

    with pytest.raises(Transient):
        AwsSms(sms_client(), POOL).send(MESSAGE)


@pytest.mark.parametrize("fault", [NoCredentialsError(), NoRegionError()])
def test_a_call_that_cannot_be_made_needs_a_person(fault: BotoCoreError) -> None:
    def call() -> None:
        raise fault

    with pytest.raises(Misconfigured, match=type(fault).__name__):
        sent_once("SMS", call, {})
