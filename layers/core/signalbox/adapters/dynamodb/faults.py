"""Turns what botocore raises into the product's errors: the only place that knows DynamoDB's error codes."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as UnreachableError

from signalbox.domain.errors import Conflict, Misconfigured, SignalboxError, Throttled, Transient

_THROTTLED = {
    "ProvisionedThroughputExceeded",  # as the reason why a transaction was cancelled
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingError",  # as the reason why a transaction was cancelled
    "ThrottlingException",
    "Throttling",
}
_TRANSIENT = {
    "InternalServerError",
    "InternalFailure",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "TransactionInProgressException",
}
_CONTENDED = {"TransactionConflict", "TransactionConflictException"}
_CONFLICT = {"ConditionalCheckFailed", "ConditionalCheckFailedException"}
_CANCELLED = "TransactionCanceledException"
_SERVER_FAULT = 500  # HTTP statuses from here on are not the caller's doing


class Contended(Transient):
    """A transaction met another on the same item; nothing was written."""


@contextmanager
def translated() -> Iterator[None]:
    """Raise the product's error for botocore's.

    A ConditionalCheckFailed becomes Conflict; whoever wants the item that stood in the way catches
    `ConditionalCheckFailedException` inside. The original error is not chained: its text can quote values.
    """
    try:
        yield
    except ClientError as error:
        raise _of_answer(error) from None
    except (UnreachableError, HTTPClientError) as error:
        raise Transient(f"DynamoDB did not answer: {type(error).__name__}") from None
    except BotoCoreError as error:
        raise Misconfigured(f"DynamoDB could not be called: {type(error).__name__}") from None


def _of_answer(error: ClientError) -> SignalboxError:
    code = error.response["Error"]["Code"]
    told = f"DynamoDB answered {error.operation_name} with {code}"
    if code == _CANCELLED:
        reasons = {str(reason.get("Code")) for reason in error.response.get("CancellationReasons", [])} - {"None"}
        return _of_codes(reasons, f"{told}: {', '.join(sorted(reasons))}")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return Transient(told) if status >= _SERVER_FAULT else _of_codes({code}, told)


def _of_codes(codes: set[str], told: str) -> SignalboxError:
    """Judge by the first kind that any of the codes is of; what none knows only a person can mend."""
    kinds: tuple[tuple[set[str], type[SignalboxError]], ...] = (
        (_CONFLICT, Conflict),
        (_CONTENDED, Contended),
        (_THROTTLED, Throttled),
        (_TRANSIENT, Transient),
    )
    return next((kind(told) for known, kind in kinds if codes & known), Misconfigured(told))
