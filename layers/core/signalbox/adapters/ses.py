"""E-mail through Amazon SES v2. One call is one e-mail: the SDK's own repetition is off."""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
)

from signalbox.adapters.mime import address_of, mime_of
from signalbox.domain.errors import Ambiguous, Misconfigured, Rejected, SignalboxError, Throttled, Transient
from signalbox.domain.messages import EmailMessage

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import SendEmailRequestTypeDef

CONNECT_TIMEOUT_S = 2
READ_TIMEOUT_S = 10  # SES answers in a fraction of a second; who gives up early does not know whether it left

_SERVER_FAULT = 500
_REJECTED = {"MessageRejected", "BadRequestException"}
_THROTTLED = {"TooManyRequestsException", "ThrottlingException", "Throttling"}
_TRANSIENT = {"LimitExceededException", "SendingPausedException"}

# Every other 4xx stops every message until a person acts, where Rejected would lose them all:
# AccountSuspendedException, MailFromDomainNotVerifiedException, NotFoundException, AccessDeniedException,
# an expired signature.

_BEFORE_SENDING = (ConnectTimeoutError, EndpointConnectionError)
_NEVER_CALLED = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError, NoRegionError)


def ses_client() -> "SESV2Client":
    """Make the client; where it connects to is AWS_ENDPOINT_URL's to say, which boto3 reads itself."""
    config = Config(connect_timeout=CONNECT_TIMEOUT_S, read_timeout=READ_TIMEOUT_S, retries={"total_max_attempts": 1})
    return boto3.client("sesv2", config=config)


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
        try:
            answer = self._client.send_email(**self._request(message))
        except ClientError as error:
            raise _of_answer(error) from None
        except _BEFORE_SENDING as error:
            raise Transient(f"SES could not be reached: {type(error).__name__}") from None
        except _NEVER_CALLED as error:
            raise Misconfigured(f"SES could not be called: {type(error).__name__}") from None
        except BotoCoreError as error:
            raise Ambiguous(f"SES gave no answer: {type(error).__name__}") from None
        return answer["MessageId"]

    def _request(self, message: EmailMessage) -> "SendEmailRequestTypeDef":
        tags = message.decision.as_tags() if message.decision else {}
        return {
            "FromEmailAddress": self._sender_address,
            "Destination": {"ToAddresses": [address_of(message)]},
            "Content": {"Raw": {"Data": mime_of(message, self._sender_address)}},
            "ConfigurationSetName": self._configuration_set,
            "EmailTags": [{"Name": name, "Value": value} for name, value in tags.items()],
        }


def _of_answer(error: ClientError) -> SignalboxError:
    code = error.response["Error"]["Code"]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    told = f"SES answered with {code}"
    if code in _REJECTED:
        return Rejected(told)
    if code in _THROTTLED:
        return Throttled(told)
    if code in _TRANSIENT:
        return Transient(told)
    return Ambiguous(told) if status >= _SERVER_FAULT else Misconfigured(told)
