"""Parts of a date or time by each dialect's numbers, and the few formats that all of them write alike."""

import re

from sqlglot import exp

from signalbox.adapters.queries.dialects.casts import cast
from signalbox.adapters.queries.dialects.instants import moment
from signalbox.adapters.queries.dialects.kinds import INSTANTS, Kind, call, cast_to, kind_of, mark
from signalbox.adapters.queries.refusals import refusal

_PLAIN = frozenset({"year", "quarter", "month", "day", "hour", "minute"})
_WEEKDAY_NAMES = frozenset({"dow", "dayofweek", "day_of_week", "weekday", "dw"})
_ISO_WEEKDAY_NAMES = frozenset({"isodow", "dayofweekiso", "dayofweek_iso"})
_YEARDAY_NAMES = frozenset({"doy", "dayofyear", "day_of_year"})
_WEEK_NAMES = frozenset({"week", "isoweek", "weekiso", "week_iso", "week_of_year"})
_EPOCH_NAMES = frozenset({"epoch", "epoch_second", "epoch_seconds"})
_NAME_BY_FUNCTION: dict[type[exp.Expr], str] = {
    exp.Year: "year", exp.Quarter: "quarter", exp.Month: "month", exp.Day: "day", exp.DayOfMonth: "day",
    exp.Hour: "hour", exp.Minute: "minute", exp.Second: "second", exp.DayOfWeek: "dow",
    exp.DayOfWeekIso: "isodow", exp.DayOfYear: "doy", exp.WeekOfYear: "isoweek", exp.Week: "week",
}  # fmt: skip
PART_FUNCTIONS = tuple(_NAME_BY_FUNCTION)

# Letters of a format to strftime's, where all dialects mean the same.
_FORMATS = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "HH24": "%H", "MI": "%M", "SS": "%S"}
_FORMAT_PART = re.compile("|".join(sorted(_FORMATS, key=len, reverse=True)), re.IGNORECASE)
_SAFE_FORMAT = re.compile(r"(%[YmdHMSj]|[-/:. ,_T])+")


def extracted(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate EXTRACT, DATE_PART and the functions named for a part."""
    is_extract = isinstance(node, exp.Extract)
    name = node.this.name.lower() if is_extract else _NAME_BY_FUNCTION[type(node)]
    value = node.expression if is_extract else node.this
    if kind_of(value) is Kind.INTERVAL:
        return _of_interval(value, name, dialect)
    value = moment(value, f"EXTRACT({name[:20]})", dialect)
    if name == "date":
        return cast_to(value, "date", Kind.DATE)
    if name in _PLAIN:
        return call("date_part", name, value, kind=Kind.INTEGER)
    if name == "second":
        return _seconds(value, dialect)
    if name in _EPOCH_NAMES:
        return _epoch(value, dialect)
    return call("date_part", _counted(name, dialect), value, kind=Kind.INTEGER)


def weekday_from_one(value: exp.Expr) -> exp.Expr:
    """Number the days from Sunday, 1 (BigQuery)."""
    zero_based = call("date_part", "dow", value, kind=Kind.INTEGER)
    return mark(exp.Paren(this=exp.Add(this=zero_based, expression=exp.Literal.number(1))), Kind.INTEGER)


def bigquery_extracted(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate BigQuery's EXTRACT: its weekdays begin with 1, its WEEK is not the ISO one."""
    name = node.this.name.lower()
    if name == "dayofweek":
        return weekday_from_one(moment(node.expression, "EXTRACT", dialect))
    if isinstance(node.this, exp.WeekStart) or name == "week":
        raise refusal("extracts WEEK, which has its own count in bigquery; extract ISOWEEK")
    return extracted(node, dialect)


def _counted(name: str, dialect: str) -> str:
    """Name the part that DuckDB counts as the dialect does."""
    if name in _ISO_WEEKDAY_NAMES or (dialect == "trino" and name in _WEEKDAY_NAMES):
        return "isodow"
    if name in _WEEKDAY_NAMES:
        return "dow"
    if name in _YEARDAY_NAMES:
        return "doy"
    if name in _WEEK_NAMES:
        return "week"
    raise refusal(f"extracts {name[:20].upper()}, which is not translated from {dialect}")


def _seconds(value: exp.Expr, dialect: str) -> exp.Expr:
    """Give the seconds of the minute: Postgres counts their fraction too."""
    if dialect == "postgres":
        microseconds = call("date_part", "microseconds", value, kind=Kind.INTEGER)
        seconds = exp.Div(this=microseconds, expression=exp.Literal.number(1_000_000))
        return cast_to(seconds, "decimal(38, 12)", Kind.NUMERIC)
    return call("date_part", "second", value, kind=Kind.INTEGER)


def _epoch(value: exp.Expr, dialect: str) -> exp.Expr:
    seconds = call("epoch", cast_to(value, "timestamp", Kind.TIMESTAMP), kind=Kind.DOUBLE)
    if dialect == "postgres":
        return cast_to(seconds, "decimal(38, 12)", Kind.NUMERIC)
    return cast_to(call("floor", seconds, kind=Kind.DOUBLE), "bigint", Kind.INTEGER)


def _of_interval(value: exp.Expr, name: str, dialect: str) -> exp.Expr:
    """Take a part of an interval, which only Postgres and Redshift keep as days and a time of day."""
    if dialect not in {"postgres", "redshift"} or name not in {"epoch", "day", "hour", "minute"}:
        raise refusal(f"extracts {name[:20].upper()} from an interval; take the difference in a unit")
    if name == "epoch":
        return cast_to(call("epoch", value, kind=Kind.DOUBLE), "decimal(38, 12)", Kind.NUMERIC)
    return call("date_part", name, value, kind=Kind.INTEGER)


def formatted(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate TO_CHAR and its kin for the formats of digits that all dialects share."""
    value, written = node.this, node.args.get("format")
    if isinstance(node, exp.ToChar) and written is None:
        return cast(exp.Cast(this=value, to=exp.DataType(this=exp.DType.TEXT)), dialect)
    if kind_of(value) not in INSTANTS or not isinstance(written, exp.Literal):
        raise refusal(f"formats {kind_of(value)}; format a timestamp, or cast a whole number to text")
    text = written.name
    if isinstance(node, exp.ToChar):
        text = _FORMAT_PART.sub(lambda part: _FORMATS[part[0].upper()], text)
    if not _SAFE_FORMAT.fullmatch(text):
        raise refusal("uses a date format with more than digits of years, months, days, hours, minutes and seconds")
    return call("strftime", value, text, kind=Kind.TEXT)
