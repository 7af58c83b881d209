"""Text messages through AWS End User Messaging SMS. One call is one message: the SDK's own repetition is off."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import boto3

from signalbox.adapters.aws_faults import ONE_ATTEMPT, sent_once
from signalbox.domain.errors import Gone, Misconfigured, Rejected, SignalboxError, TooLarge
from signalbox.domain.sms import MAX_CHARACTERS, SmsMessage, is_phone_number

if TYPE_CHECKING:
    from mypy_boto3_pinpoint_sms_voice_v2 import PinpointSMSVoiceV2Client

# What is so with this number or text, where a fault of the account's would lose every message as Rejected.
_ERROR_BY_CODE: Mapping[str, type[SignalboxError]] = {
    "ValidationException": Rejected,
    "ConflictException/DESTINATION_PHONE_NUMBER_OPTED_OUT": Gone,
    "ConflictException/DESTINATION_PHONE_NUMBER_NOT_VERIFIED": Rejected,
    "ConflictException/DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION": Rejected,
    "ConflictException/DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE": Rejected,
}


def sms_client() -> "PinpointSMSVoiceV2Client":
    """Make the client; where it connects to is AWS_ENDPOINT_URL's to say, which boto3 reads itself."""
    return boto3.client("pinpoint-sms-voice-v2", config=ONE_ATTEMPT)


class AwsSms:
    """The `SmsChannel` port; every message comes from one number, pool or sender's name, which AWS has by its ARN."""

    def __init__(self, client: "PinpointSMSVoiceV2Client", origination_identity: str) -> None:
        self._client = client
        self._origination_identity = origination_identity

    def send(self, message: SmsMessage) -> str:
        """Send once and give AWS's message id."""
        if not self._origination_identity:
            raise Misconfigured("text messages have no sender: set the parameter SmsOrigination")
        if not is_phone_number(message.to):
            raise Rejected("the address is not one phone number in E.164")
        if not message.text.strip():
            raise Rejected("the message is empty")
        if len(message.text) > MAX_CHARACTERS:
            raise TooLarge(f"a text message may have {MAX_CHARACTERS} characters")
        answer = sent_once(
            "SMS",
            lambda: self._client.send_text_message(
                DestinationPhoneNumber=message.to,
                OriginationIdentity=self._origination_identity,
                MessageBody=message.text,
                MessageType="TRANSACTIONAL" if message.is_transactional else "PROMOTIONAL",
            ),
            _ERROR_BY_CODE,
        )
        return answer["MessageId"]
