"""The keys that requests are signed with: the environment's, or ones that are fetched and renewed.

Lambda puts a function's keys into its environment and renews them with a new environment only (AWS: "Defined runtime
environment variables"), so those are read once. A function with SnapStart has none there and is told where to ask.
"""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from signalbox.config import AwsKeys, DynamoDbSettings
from signalbox.domain.errors import Transient

RENEWAL = timedelta(minutes=10)
"""How long before their end keys are renewed; until then a failure to do so is borne."""

_TIMEOUT_S = 1.0
_NEVER = datetime.max.replace(tzinfo=UTC)


def keys_of(settings: DynamoDbSettings) -> Callable[[], AwsKeys]:
    """Give what to ask before each request."""
    keys = settings.keys
    return FetchedKeys(settings.keys_url, settings.keys_token) if keys is None else lambda: keys


class FetchedKeys:
    """Keys from the address that the environment names, kept until shortly before they end.

    Threads that find them ending at once each fetch them, to the same end.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token
        self._keys: AwsKeys | None = None

    def __call__(self) -> AwsKeys:
        """Give keys that have not ended; raises Transient when there are none to be had."""
        now = datetime.fromtimestamp(time.time(), UTC)
        keys = self._keys
        ends_at = keys.expires_at or _NEVER if keys else None
        if keys is None or ends_at is None or now >= ends_at - RENEWAL:
            try:
                keys = self._keys = self._fetched()
            except (OSError, ValueError, KeyError) as error:
                if keys is None or ends_at is None or now >= ends_at:
                    raise Transient(f"no keys to sign with: {type(error).__name__}") from None
        return keys

    def _fetched(self) -> AwsKeys:
        from urllib.request import Request, urlopen  # noqa: PLC0415 - only a function with SnapStart pays for it

        request = Request(self._url, headers={"Authorization": self._token})  # noqa: S310 - Lambda's own address
        with urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - the same
            told: dict[str, Any] = json.load(answer)
        return replace(
            AwsKeys(told["AccessKeyId"], told["SecretAccessKey"], told["Token"]),
            expires_at=datetime.fromisoformat(told["Expiration"]),
        )
