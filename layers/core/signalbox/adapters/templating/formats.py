"""The filters that write dates and numbers for people: Babel, over what events hold.

An instant is ISO 8601 text (UTC where it names no zone), seconds or milliseconds since 1970, or one of our own.
Importing it imports Babel, 20 ms, and each locale takes some ms more, so a rendering does so when it comes to it.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, dates, numbers

from signalbox.adapters.templating.absence import Absent
from signalbox.adapters.templating.meter import RefusedError, charge, spend, spend_on_locale

DEFAULT_LOCALE = "en_US"
MAX_PATTERN = 100
MAX_NAME = 40  # of a locale, a zone or a currency
LOCALE_COST = 100_000  # reading a locale's data: some ms, 200 KB that stay
FORMAT_COST = 500  # about 25 µs
MILLISECONDS_FROM = 100_000_000_000  # as seconds this is the year 5138, as milliseconds 1973

type Format = str | None
type CurrencyForm = Literal["name", "standard", "accounting"]


def format_date(value: Any, format: Format = "medium", locale: str = DEFAULT_LOCALE, zone: str = "UTC") -> str:  # noqa: A002 - authors' word
    """Write the day of an instant in a zone; a day without a time is that day in every zone."""
    pattern = _pattern(format)
    instant = _instant(value)
    day = instant.astimezone(_zone(zone)).date() if isinstance(instant, datetime) else instant
    return dates.format_date(day, pattern, locale=_locale(locale))


def format_datetime(value: Any, format: Format = "medium", locale: str = DEFAULT_LOCALE, zone: str = "UTC") -> str:  # noqa: A002 - authors' word
    """Write an instant's day and time in a zone."""
    return dates.format_datetime(_moment(value), _pattern(format), tzinfo=_zone(zone), locale=_locale(locale))


def format_time(value: Any, format: Format = "medium", locale: str = DEFAULT_LOCALE, zone: str = "UTC") -> str:  # noqa: A002 - authors' word
    """Write an instant's time of day in a zone."""
    return dates.format_time(_moment(value), _pattern(format), tzinfo=_zone(zone), locale=_locale(locale))


def format_decimal(value: Any, format: Format = None, locale: str = DEFAULT_LOCALE) -> str:  # noqa: A002 - authors' word
    """Write a number as its readers do, by a pattern such as `#,##0.00`."""
    return numbers.format_decimal(_number(value), _pattern(format) if format else None, locale=_locale(locale))


def format_number(value: Any, locale: str = DEFAULT_LOCALE) -> str:
    """Write a number as its readers do."""
    return format_decimal(value, None, locale)


def format_currency(
    value: Any,
    currency: str = "USD",
    format: Format = None,  # noqa: A002 - authors' word
    locale: str = DEFAULT_LOCALE,
    format_type: CurrencyForm = "standard",
) -> str:
    """Write an amount of money, with its currency's digits where no pattern says how many."""
    return numbers.format_currency(
        _number(value),
        _short(currency),
        _pattern(format) if format else None,
        locale=_locale(locale),
        currency_digits=not format,
        format_type=format_type,
    )


def _instant(value: Any) -> datetime | date:
    """Read an instant or a day; raises RefusedError for what is neither."""
    if isinstance(value, Absent):
        str(value)  # says its name
    if isinstance(value, bool):
        raise RefusedError("expected an instant")
    if isinstance(value, int | float | Decimal):
        seconds = float(value)
        return datetime.fromtimestamp(seconds / 1000 if abs(seconds) >= MILLISECONDS_FROM else seconds, UTC)
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return value
    raise RefusedError("expected an instant")


def _parsed(text: str) -> datetime | date:
    text = _short(text).strip()
    try:
        return date.fromisoformat(text) if len(text) <= len("2026-03-01") else datetime.fromisoformat(text)
    except ValueError:
        raise RefusedError("expected an instant as ISO 8601 writes it") from None


def _moment(value: Any) -> datetime:
    instant = _instant(value)
    return instant if isinstance(instant, datetime) else datetime.combine(instant, time(), UTC)


def _number(value: Any) -> int | float | Decimal:
    if isinstance(value, Absent):
        str(value)
    if isinstance(value, str):
        try:
            value = Decimal(_short(value).strip())
        except InvalidOperation:
            raise RefusedError("expected a number") from None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise RefusedError("expected a number")
    charge(value)
    return value


def _pattern(pattern: Any) -> str:
    """Admit a pattern whose runs of letters, each a width, are those of any real pattern."""
    if not isinstance(pattern, str) or len(pattern) > MAX_PATTERN:
        raise RefusedError("a pattern is too long")
    return pattern


def _locale(name: Any) -> Locale:
    spend(FORMAT_COST)
    spend_on_locale(_short(name), LOCALE_COST)
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise RefusedError("there is no such locale") from None


def _zone(name: Any) -> tzinfo:
    try:
        return ZoneInfo(_short(name))
    except (OSError, LookupError, ValueError):  # a folder, an unknown key, a way out of the folder
        raise RefusedError("there is no such time zone") from None


def _short(text: Any) -> str:
    if isinstance(text, Absent):
        str(text)
    if not isinstance(text, str) or len(text) > MAX_NAME:
        raise RefusedError("expected a short text")
    return text


FILTERS: Mapping[str, Callable[..., str]] = {
    "format_currency": format_currency,
    "format_date": format_date,
    "format_datetime": format_datetime,
    "format_decimal": format_decimal,
    "format_number": format_number,
    "format_time": format_time,
}
