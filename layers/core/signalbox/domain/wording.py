"""Instants and periods as people read them in what a decision or an answer says."""

from datetime import datetime, timedelta

_LENGTH_BY_UNIT = {"day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}
_SECOND = timedelta(seconds=1)


def instant_in_words(instant: datetime) -> str:
    """Write an instant, aware UTC, to the second."""
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"


def period_in_words(period: timedelta) -> str:
    """Write a period in the largest unit that it is a whole number of, such as `7 days` or `90 minutes`."""
    whole = ((unit, length) for unit, length in _LENGTH_BY_UNIT.items() if not period % length)
    unit, length = next(whole, ("second", _SECOND))
    count = period // length
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
