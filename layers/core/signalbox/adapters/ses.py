"""E-mail through Amazon SES v2. One call is one e-mail: the SDK's own repetition is off."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import boto3

from signalbox.adapters.aws_faults import ONE_ATTEMPT, sent_once
from signalbox.adapters.mime import address_of, mime_of
from signalbox.domain.errors import Rejected, SignalboxError, Transient
from signalbox.domain.messages import EmailMessage

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import SendEmailRequestTypeDef

# What is not here stops every message until a person acts, where Rejected would lose them all:
# AccountSuspendedException, MailFromDomainNotVerifiedException, NotFoundException, AccessDeniedException,
# an expired signature.
_ERROR_BY_CODE: Mapping[str, type[SignalboxError]] = {
    "MessageRejected": Rejected,
    "BadRequestException": Rejected,
    "LimitExceededException": Transient,
    "SendingPausedException": Transient,
}


def ses_client() -> "SESV2Client":
    """Make the client; where it connects to is AWS_ENDPOINT_URL's to say, which boto3 reads itself."""
    return boto3.client("sesv2", config=ONE_ATTEMPT)


class SesEmail:
    """The `EmailChannel` port; every e-mail comes from one address, under a name of the flow's choice.

    The configuration set is what makes SES tell what becomes of a message, and under which tags.
    """

    def __init__(self, client: "SESV2Client", sender_address: str, configuration_set: str) -> None:
        self._client = client
        self._sender_address = sender_address
        self._configuration_set = configuration_set

    def send(self, message: EmailMessage) -> str:
        """Send once and give SES's message id."""
        request = self._request(message)
        return sent_once("SES", lambda: self._client.send_email(**request), _ERROR_BY_CODE)["MessageId"]

    def _request(self, message: EmailMessage) -> "SendEmailRequestTypeDef":
        tags = message.decision.as_tags() if message.decision else {}
        return {
            "FromEmailAddress": self._sender_address,
            "Destination": {"ToAddresses": [address_of(message)]},
            "Content": {"Raw": {"Data": mime_of(message, self._sender_address)}},
            "ConfigurationSetName": self._configuration_set,
            "EmailTags": [{"Name": name, "Value": value} for name, value in tags.items()],
        }
