"""What DynamoDB refuses, or leaves unanswered, and the product's errors for it: the only place that knows its codes."""

from collections.abc import Mapping, Sequence
from typing import Any

from signalbox.domain.errors import Conflict, Misconfigured, SignalboxError, Throttled, Transient

CONDITION_FAILED = "ConditionalCheckFailedException"

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
_CONFLICT = {"ConditionalCheckFailed", CONDITION_FAILED}
_CANCELLED = "TransactionCanceledException"
_SERVER_FAULT = 500  # HTTP statuses from here on are not the caller's doing


class Contended(Transient):
    """A transaction met another on the same item; nothing was written."""


class Fault(Exception):
    """A call did not do what it should; its text names the call and no values, unlike DynamoDB's own."""

    @property
    def error(self) -> SignalboxError:
        """The product's error for it."""
        return Transient(str(self))


class Unanswered(Fault):
    """No answer came back, so it may have happened."""


class Refused(Fault):
    """DynamoDB answered with an error: nothing was written.

    `item` is what stood in a condition's way where the call asked for it; `reasons` are the codes for each write of
    a transaction.
    """

    def __init__(
        self,
        operation: str,
        code: str,
        status: int,
        item: Mapping[str, Any] | None = None,
        reasons: Sequence[str] = (),
    ) -> None:
        super().__init__(f"DynamoDB answered {operation} with {code}")
        self.code = code
        self.item = item or {}
        self._status = status
        self._reasons = set(reasons) - {"None"}

    @property
    def error(self) -> SignalboxError:
        """Judge by the code, or the codes that cancelled a transaction; what none knows only a person can mend."""
        if self.code == _CANCELLED:
            return _of_codes(self._reasons, f"{self}: {', '.join(sorted(self._reasons))}")
        return Transient(str(self)) if self._status >= _SERVER_FAULT else _of_codes({self.code}, str(self))

    @property
    def may_pass(self) -> bool:
        """Tell whether the same call may be taken in a moment, all by itself."""
        error = self.error
        return isinstance(error, Transient) and not isinstance(error, Contended)


def _of_codes(codes: set[str], told: str) -> SignalboxError:
    """Judge by the first kind that any of the codes is of."""
    kinds: tuple[tuple[set[str], type[SignalboxError]], ...] = (
        (_CONFLICT, Conflict),
        (_CONTENDED, Contended),
        (_THROTTLED, Throttled),
        (_TRANSIENT, Transient),
    )
    return next((kind(told) for known, kind in kinds if codes & known), Misconfigured(told))
