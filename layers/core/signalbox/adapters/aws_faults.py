"""What AWS refuses or leaves unanswered of a call that sends something to a person, as the product's errors.

Who uses it makes one call with the SDK's own repetition off, so that `Ambiguous` is the truth.
"""

from collections.abc import Callable, Mapping

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

from signalbox.domain.errors import Ambiguous, Misconfigured, SignalboxError, Throttled, Transient

CONNECT_TIMEOUT_S = 2
READ_TIMEOUT_S = 10  # AWS answers in a fraction of a second; who gives up early does not know whether it left

CONNECTIONS = 32  # kept open; one that is more than the client keeps is made anew for each call

ONE_ATTEMPT = Config(
    connect_timeout=CONNECT_TIMEOUT_S,
    read_timeout=READ_TIMEOUT_S,
    max_pool_connections=CONNECTIONS,
    retries={"total_max_attempts": 1},
)

_SERVER_FAULT = 500
_THROTTLED = {"Throttled", "ThrottledException", "Throttling", "ThrottlingException", "TooManyRequestsException"}
_BEFORE_SENDING = (ConnectTimeoutError, EndpointConnectionError)
_NEVER_CALLED = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError, NoRegionError)


def sent_once[T](service: str, call: Callable[[], T], error_by_code: Mapping[str, type[SignalboxError]]) -> T:
    """Make the call and translate what it raises.

    `error_by_code` knows the service's codes, where it gives reasons as `code/reason`; of the others, what is not
    the service's own failure stops every message until a person acts.
    """
    try:
        return call()
    except ClientError as error:
        raise _of_answer(service, error, error_by_code) from None
    except _BEFORE_SENDING as error:
        raise Transient(f"{service} could not be reached: {type(error).__name__}") from None
    except _NEVER_CALLED as error:
        raise Misconfigured(f"{service} could not be called: {type(error).__name__}") from None
    except BotoCoreError as error:
        raise Ambiguous(f"{service} gave no answer: {type(error).__name__}") from None


def _of_answer(service: str, error: ClientError, error_by_code: Mapping[str, type[SignalboxError]]) -> SignalboxError:
    code = error.response["Error"]["Code"]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    reason = str(error.response.get("Reason", ""))
    told = f"{service} answered with {code}" + (f" ({reason})" if reason else "")
    known = error_by_code.get(f"{code}/{reason}") or error_by_code.get(code)
    if known is not None:
        return known(told)
    if code in _THROTTLED:
        return Throttled(told)
    return Ambiguous(told) if status >= _SERVER_FAULT else Misconfigured(told)
