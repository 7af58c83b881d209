"""The scheduled time in what EventBridge Scheduler sends."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def scheduled_at(event: Mapping[str, Any], now: datetime) -> datetime:
    """Read `time`; the present minute where there is none that can be read, as a run must not fail for its name.

    AWS sends ISO 8601 text; local stand-ins have been seen to send epoch seconds.
    """
    given = event.get("time")
    try:
        if isinstance(given, str):
            instant = datetime.fromisoformat(given)
            return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
        if isinstance(given, int | float) and not isinstance(given, bool):
            return datetime.fromtimestamp(given, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return now.replace(second=0, microsecond=0)
