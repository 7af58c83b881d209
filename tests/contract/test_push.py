"""Notifications through SNS: what leaves, and what is known when it fails."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from moto.sns.models import sns_backends

from signalbox.adapters.push import SnsPush, sns_client
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
from signalbox.domain.push import PushMessage
from tests.contract.loopback import closed_port, hang_up, serving

MOTO_ACCOUNT = "123456789012"
APPLICATION = f"arn:aws:sns:eu-west-1:{MOTO_ACCOUNT}:app/GCM/shop"
ENDPOINT = f"arn:aws:sns:eu-west-1:{MOTO_ACCOUNT}:endpoint/GCM/shop/0f8fad5b-d9cb-469f-a165-70867728950e"
MESSAGE = PushMessage(APPLICATION, ENDPOINT, "Grüße", "Hallo Ana", {"cartId": "7"})


@pytest.fixture(autouse=True)
def _aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")


@pytest.fixture
def sns() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("sns")


def device(sns: Any, platform: str) -> tuple[str, str]:
    """Register an application and a phone with it; give their ARNs."""
    application = sns.create_platform_application(Name="shop", Platform=platform, Attributes={})
    arn = application["PlatformApplicationArn"]
    endpoint = sns.create_platform_endpoint(PlatformApplicationArn=arn, Token="token")
    return arn, endpoint["EndpointArn"]


@pytest.mark.parametrize(
    ("platform", "payload"),
    [
        (
            "GCM",
            {
                "fcmV1Message": {
                    "message": {"notification": {"title": "Grüße", "body": "Hallo Ana"}, "data": {"cartId": "7"}}
                }
            },
        ),
        ("APNS", {"aps": {"alert": {"title": "Grüße", "body": "Hallo Ana"}}, "cartId": "7"}),
        ("APNS_SANDBOX", {"aps": {"alert": {"title": "Grüße", "body": "Hallo Ana"}}, "cartId": "7"}),
    ],
)
def test_a_notification_leaves_in_its_platforms_form(sns: Any, platform: str, payload: dict[str, Any]) -> None:
    application, endpoint = device(sns, platform)

    message_id = SnsPush(sns_client()).send(replace(MESSAGE, application_arn=application, endpoint_arn=endpoint))

    backend = sns_backends[MOTO_ACCOUNT]["eu-west-1"]
    ((sent_id, sent),) = backend.platform_endpoints[endpoint].messages.items()
    assert message_id == sent_id
    assert json.loads(json.loads(sent)[platform]) == payload
    assert json.loads(sent)["default"] == "Hallo Ana"


def test_values_cannot_take_the_place_of_what_is_shown(sns: Any) -> None:
    application, endpoint = device(sns, "APNS")
    sly = replace(MESSAGE, application_arn=application, endpoint_arn=endpoint, values={"aps": "x"})

    SnsPush(sns_client()).send(sly)

    (sent,) = sns_backends[MOTO_ACCOUNT]["eu-west-1"].platform_endpoints[endpoint].messages.values()
    assert json.loads(json.loads(sent)["APNS"]) == {"aps": {"alert": {"title": "Grüße", "body": "Hallo Ana"}}}


def test_a_phone_that_is_switched_off_at_sns_is_gone(sns: Any) -> None:
    application, endpoint = device(sns, "GCM")
    sns.set_endpoint_attributes(EndpointArn=endpoint, Attributes={"Enabled": "false"})

    with pytest.raises(Gone):
        SnsPush(sns_client()).send(replace(MESSAGE, application_arn=application, endpoint_arn=endpoint))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"endpoint_arn": ENDPOINT.replace("shop", "other")}, Rejected),
        ({"endpoint_arn": "arn:aws:sns:eu-west-1:123456789012:topic"}, Rejected),
        ({"text": "é" * 2048}, TooLarge),
    ],
)
def test_what_cannot_be_sent_does_not_leave(changes: dict[str, Any], error: type[SignalboxError]) -> None:
    client = sns_client()
    with Stubber(client), pytest.raises(error):  # it has no answers, so any call would be another error
        SnsPush(client).send(replace(MESSAGE, **changes))


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, "EndpointDisabled", Gone),
        (404, "NotFound", Gone),
        (400, "InvalidParameter", Rejected),
        (400, "ParameterValueInvalid", Rejected),
        (400, "PlatformApplicationDisabled", Misconfigured),
        (403, "AuthorizationError", Misconfigured),
        (403, "InvalidSecurity", Misconfigured),
        (400, "KMSThrottling", Throttled),
        (429, "Throttled", Throttled),
        (400, "Throttling", Throttled),
        (500, "InternalError", Ambiguous),
    ],
)
def test_each_answer_means_one_thing(status: int, code: str, error: type[SignalboxError]) -> None:
    client = sns_client()
    with Stubber(client) as stubber:
        stubber.add_client_error("publish", code, "Hallo Ana", status)

        with pytest.raises(SignalboxError) as raised:
            SnsPush(client).send(MESSAGE)

    assert type(raised.value) is error
    assert code in str(raised.value)
    assert "Ana" not in str(raised.value)


def test_a_connection_lost_after_the_request_hides_whether_it_left(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(hang_up) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        with pytest.raises(Ambiguous):
            SnsPush(sns_client()).send(MESSAGE)

    assert len(server.requests) == 1


def test_a_connection_that_is_refused_means_that_nothing_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", closed_port())

    with pytest.raises(Transient):
        SnsPush(sns_client()).send(MESSAGE)
