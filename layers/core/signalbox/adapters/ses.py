"""E-mail through Amazon SES v2. One call is one e-mail: the SDK's own repetition is off."""

import re
from email.header import Header
from email.utils import quote
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

from signalbox.domain.errors import Ambiguous, Misconfigured, Rejected, SignalboxError, Throttled, Transient
from signalbox.domain.messages import EmailMessage

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import BodyTypeDef

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

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PLAIN_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"\\\x00-\x1f\x7f]+@[^\s@,;:<>()\[\]\"\\\x00-\x1f\x7f]+")


def ses_client() -> "SESV2Client":
    """Make the client; where it connects to is AWS_ENDPOINT_URL's to say, which boto3 reads itself."""
    config = Config(connect_timeout=CONNECT_TIMEOUT_S, read_timeout=READ_TIMEOUT_S, retries={"total_max_attempts": 1})
    return boto3.client("sesv2", config=config)


class SesEmail:
    """The `EmailChannel` port; every e-mail comes from one address, under a name of the flow's choice."""

    def __init__(self, client: "SESV2Client", sender_address: str) -> None:
        self._client = client
        self._sender_address = sender_address

    def send(self, message: EmailMessage) -> str:
        """Send once and give SES's message id."""
        _refuse_injection(message)
        try:
            answer = self._client.send_email(
                FromEmailAddress=_sender(message.from_name, self._sender_address),
                Destination={"ToAddresses": [message.to]},
                Content={"Simple": {"Subject": {"Data": message.subject, "Charset": "UTF-8"}, "Body": _body(message)}},
            )
        except ClientError as error:
            raise _of_answer(error) from None
        except _BEFORE_SENDING as error:
            raise Transient(f"SES could not be reached: {type(error).__name__}") from None
        except _NEVER_CALLED as error:
            raise Misconfigured(f"SES could not be called: {type(error).__name__}") from None
        except BotoCoreError as error:
            raise Ambiguous(f"SES gave no answer: {type(error).__name__}") from None
        return answer["MessageId"]


def _refuse_injection(message: EmailMessage) -> None:
    """Keep whoever fills a header from adding another header or another recipient."""
    if not _PLAIN_ADDRESS.fullmatch(message.to):
        raise Rejected("the address is not one plain address")
    if _CONTROL.search(message.subject):
        raise Rejected("the subject holds a line break or another control character")
    if _CONTROL.search(message.from_name or ""):
        raise Rejected("the sender's name holds a line break or another control character")


def _sender(name: str | None, address: str) -> str:
    """Write the From header: the name quoted, or in encoded words (RFC 2047) where it is more than ASCII."""
    if not name:
        return address
    if name.isascii():
        return f'"{quote(name)}" <{address}>'
    return f"{Header(name, 'utf-8', maxlinelen=75).encode(linesep='')} <{address}>"


def _body(message: EmailMessage) -> "BodyTypeDef":
    body: BodyTypeDef = {}
    if message.text is not None:
        body["Text"] = {"Data": message.text, "Charset": "UTF-8"}
    if message.html is not None:
        body["Html"] = {"Data": message.html, "Charset": "UTF-8"}
    return body


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
