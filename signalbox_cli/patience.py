"""Waiting and trying again, for what may be sent twice: as long as the API is busy or out of reach."""

import httpx
from httpx_retries import Retry, RetryTransport

_TRIES = 8
_FACTOR_S = 0.5
_LONGEST_S = 30.0
_BUSY = (429, 500, 502, 503, 504)


def patient(transport: httpx.BaseTransport) -> httpx.BaseTransport:
    """Try again what failed for the moment, each time later, and as late as `Retry-After` says."""
    retry = Retry(
        total=_TRIES,
        allowed_methods=("GET", "POST", "DELETE"),
        status_forcelist=_BUSY,
        backoff_factor=_FACTOR_S,
        max_backoff_wait=_LONGEST_S,
    )
    return RetryTransport(transport, retry)
