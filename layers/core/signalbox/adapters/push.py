"""Notifications for phones through Amazon SNS. One call is one message: the SDK's own repetition is off."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import boto3

from signalbox.adapters.aws_faults import ONE_ATTEMPT, sent_once
from signalbox.domain.errors import Gone, Rejected, SignalboxError, Throttled, TooLarge
from signalbox.domain.push import PushMessage

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

MAX_PAYLOAD_BYTES = 4096  # both FCM's and APNs' limit

_ERROR_BY_CODE: Mapping[str, type[SignalboxError]] = {
    "EndpointDisabled": Gone,  # the app was removed, or its token changed
    "NotFound": Gone,
    "InvalidParameter": Rejected,
    "ParameterValueInvalid": Rejected,
    "KMSThrottling": Throttled,
}


def sns_client() -> "SNSClient":
    """Make the client; where it connects to is AWS_ENDPOINT_URL's to say, which boto3 reads itself."""
    return boto3.client("sns", config=ONE_ATTEMPT)


class SnsPush:
    """The `PushChannel` port."""

    def __init__(self, client: "SNSClient") -> None:
        self._client = client

    def send(self, message: PushMessage) -> str:
        """Send once and give SNS's message id."""
        if not message.has_its_endpoint:
            raise Rejected("the endpoint is not one of the partner's own application")
        text = _text(message)
        answer = sent_once(
            "SNS",
            lambda: self._client.publish(TargetArn=message.endpoint_arn, Message=text, MessageStructure="json"),
            _ERROR_BY_CODE,
        )
        return answer["MessageId"]


def _text(message: PushMessage) -> str:
    """Write what the endpoint's platform understands (AWS: "Publishing … with platform-specific payloads")."""
    platform = message.endpoint_arn.split("/")[1]
    shown = {"title": message.title, "body": message.text}
    values = dict(message.values)
    payload: dict[str, Any] = (
        {"fcmV1Message": {"message": {"notification": shown, "data": values}}}
        if platform == "GCM"
        else {**values, "aps": {"alert": shown}}
    )
    encoded = json.dumps(payload, ensure_ascii=False)
    if len(encoded.encode()) > MAX_PAYLOAD_BYTES:
        raise TooLarge(f"a notification may have {MAX_PAYLOAD_BYTES} bytes")
    return json.dumps({"default": message.text, platform: encoded})
