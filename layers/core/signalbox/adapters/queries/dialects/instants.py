"""Dates and times: steps, differences and parts, each unit with the boundaries its dialect counts."""

from sqlglot import exp

from signalbox.adapters.queries.dialects.arithmetic import with_interval
from signalbox.adapters.queries.dialects.casts import as_instant
from signalbox.adapters.queries.dialects.intervals import steps
from signalbox.adapters.queries.dialects.json_values import refuse_json, text_of
from signalbox.adapters.queries.dialects.kinds import (
    INSTANTS,
    NUMBERS,
    Kind,
    call,
    cast_to,
    is_text_literal,
    kind_of,
    mark,
)
from signalbox.adapters.queries.refusals import refusal

_UNITS = frozenset({"year", "quarter", "month", "week", "day", "hour", "minute", "second"})
_TIMES_OF_DAY = frozenset({"hour", "minute", "second"})
_SUNDAY_WEEKS = frozenset({"week(sunday)", "week"})
_MONDAY_WEEKS = frozenset({"week(monday)", "isoweek"})
_STAYS_DATE = frozenset({"snowflake", "bigquery", "trino"})


_MICROSECONDS = 6
"""Microseconds are that power of ten in a second."""


def unit_of(node: exp.Expr | None, dialect: str) -> str:
    """Read a unit; a week that begins on Sunday is `week(sunday)`, any other is `week`."""
    if isinstance(node, exp.WeekStart):
        name = f"week({node.this.name.lower()})"
    else:
        name = node.name.lower() if node is not None else "day"
    name = name.removesuffix("s") if name.removesuffix("s") in _UNITS else name
    if dialect == "bigquery" and name in _SUNDAY_WEEKS:
        return "week(sunday)"
    if name in _MONDAY_WEEKS:
        return "week"
    if name not in _UNITS:
        raise refusal(f"uses the unit {name[:20]}; use one of {', '.join(sorted(_UNITS))}")
    return name


def moment(node: exp.Expr, where: str, dialect: str) -> exp.Expr:
    """Take a point in time where one belongs; text only as the dialect would read it by itself."""
    kind = kind_of(node)
    if kind in INSTANTS or kind is Kind.NULL:
        return node
    if kind is Kind.JSON and dialect == "snowflake":
        return as_instant(text_of(node), Kind.TIMESTAMP)
    refuse_json(node, where, dialect)
    if kind is Kind.TEXT and (dialect == "snowflake" or (is_text_literal(node) and dialect != "trino")):
        return as_instant(node, Kind.ZONED if dialect == "bigquery" else Kind.TIMESTAMP)
    raise refusal(f"uses {kind} in {where}, where a date or timestamp belongs; cast it")


def stepped(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate DATEADD and its kin: a number of units from a point in time."""
    sign = -1 if isinstance(node, exp.DateSub | exp.TimestampSub | exp.DatetimeSub) else 1
    start = moment(node.this, "a step in time", dialect)
    unit = unit_of(node.args.get("unit"), dialect).removesuffix("(sunday)")
    if _is_date(start) and unit in _TIMES_OF_DAY:
        if dialect in {"bigquery", "trino"}:
            raise refusal(f"adds a {unit} to a date; cast it to a timestamp")
        start = cast_to(start, "timestamp", Kind.TIMESTAMP)
    total = with_interval(exp.Add(this=start, expression=steps(node.expression, unit, sign, dialect)), dialect)
    return mark(exp.Paren(this=total), kind_of(total))


def _is_date(node: exp.Expr) -> bool:
    return kind_of(node) is Kind.DATE


def crossed(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate DATEDIFF of Snowflake and Redshift, and BigQuery's of dates: boundaries crossed."""
    later, earlier = (moment(each, "a difference of dates", dialect) for each in (node.this, node.expression))
    if isinstance(node, exp.DateDiff) and dialect == "bigquery" and not (_is_date(later) and _is_date(earlier)):
        raise refusal("uses DATE_DIFF of timestamps; use TIMESTAMP_DIFF, or DATE() of each")
    unit = unit_of(node.args.get("unit"), dialect)
    if unit.startswith("week"):
        return _weeks_crossed(earlier, later, unit, dialect)
    earlier, later = (cast_to(each, "timestamp", Kind.TIMESTAMP) for each in (earlier, later))
    return call("date_diff", unit, earlier, later, kind=Kind.INTEGER)


def _weeks_crossed(earlier: exp.Expr, later: exp.Expr, unit: str, dialect: str) -> exp.Expr:
    """Count the beginnings of weeks between two dates; DuckDB's own count of weeks is another."""
    if dialect == "redshift":
        raise refusal("counts weeks with DATEDIFF; count days and divide by 7")
    weeks = [call("date_trunc", "week", _week_shifted(each, unit), kind=Kind.TIMESTAMP) for each in (earlier, later)]
    days = call("date_diff", "day", *weeks, kind=Kind.INTEGER)
    return mark(exp.Paren(this=exp.IntDiv(this=days, expression=exp.Literal.number(7))), Kind.INTEGER)


def _week_shifted(node: exp.Expr, unit: str) -> exp.Expr:
    """Move a day on, so that weeks that begin on Sunday become weeks that begin on Monday."""
    if unit != "week(sunday)":
        return node
    return exp.Add(this=node, expression=exp.Interval(this=exp.Literal.string("1"), unit=exp.var("DAY")))


def elapsed(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate TIMESTAMP_DIFF of BigQuery and date_diff of Trino: whole units that have passed."""
    later, earlier = (moment(each, "a difference of timestamps", dialect) for each in (node.this, node.expression))
    unit = unit_of(node.args.get("unit"), dialect)
    if dialect == "bigquery" and unit not in {"day", "hour", "minute", "second"}:
        raise refusal(f"uses TIMESTAMP_DIFF in {unit}s; use DATE_DIFF of dates")
    earlier, later = (cast_to(each, "timestamp", Kind.TIMESTAMP) for each in (earlier, later))
    return call("date_sub", unit, earlier, later, kind=Kind.INTEGER)


def truncated(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate DATE_TRUNC and TIMESTAMP_TRUNC; BigQuery's week begins on Sunday."""
    if node.args.get("zone") is not None:
        raise refusal("truncates in a time zone; make the local time first")
    start = moment(node.this, "DATE_TRUNC", dialect)
    unit = unit_of(node.args.get("unit"), dialect)
    kind = kind_of(start) if dialect in _STAYS_DATE or not _is_date(start) else Kind.TIMESTAMP
    whole = call("date_trunc", unit.removesuffix("(sunday)"), _week_shifted(start, unit), kind=Kind.TIMESTAMP)
    if unit == "week(sunday)":
        day = exp.Interval(this=exp.Literal.string("1"), unit=exp.var("DAY"))
        whole = exp.Paren(this=exp.Sub(this=whole, expression=day))
    return cast_to(whole, "date", kind) if kind is Kind.DATE else mark(whole, kind)


def now(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate every word for the present; the time zone is UTC."""
    if node.this is not None and not (isinstance(node.this, exp.Literal) and node.this.is_number):
        raise refusal("asks for the time in a time zone; take the timestamp and make the local time of it")
    present = cast_to(exp.CurrentTimestamp(), "timestamp", Kind.ZONED)
    if isinstance(node, exp.CurrentDate):
        return cast_to(present, "date", Kind.DATE)
    is_instant = isinstance(node, exp.CurrentTimestamp) and dialect != "redshift"
    return mark(present, Kind.ZONED if is_instant else Kind.TIMESTAMP)


def from_epoch(node: exp.Expr, _dialect: str) -> exp.Expr:
    """Translate what makes a timestamp of the seconds, or parts of seconds, since 1970."""
    scale = node.args.get("scale")
    power = int(scale.name) if scale is not None and scale.name.isdigit() else 0
    if kind_of(node.this) not in NUMBERS or node.args.get("format") or node.args.get("zone") or power > _MICROSECONDS:
        raise refusal(f"makes a timestamp of {kind_of(node.this)}; cast it to a timestamp")
    seconds = cast_to(node.this, "decimal(38, 6)", Kind.DECIMAL)
    microseconds = exp.Mul(this=seconds, expression=exp.Literal.number(10 ** (_MICROSECONDS - power)))
    return call("make_timestamp", cast_to(microseconds, "bigint", Kind.INTEGER), kind=Kind.ZONED)


def to_epoch(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate UNIX_SECONDS, UNIX_MILLIS and to_unixtime."""
    start = cast_to(moment(node.this, "seconds since 1970", dialect), "timestamp", Kind.TIMESTAMP)
    if isinstance(node, exp.UnixMillis):
        return call("epoch_ms", start, kind=Kind.INTEGER)
    seconds = call("epoch", start, kind=Kind.DOUBLE)
    if isinstance(node, exp.UnixSeconds):
        return cast_to(call("floor", seconds, kind=Kind.DOUBLE), "bigint", Kind.INTEGER)
    return seconds


def made(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate the functions that make a date or timestamp of one value."""
    kind = _MADE[type(node)]
    if node.args.get("format") is not None or kind_of(node.this) in NUMBERS:
        raise refusal(f"makes {kind} with a format or of a number; cast text of the form 2026-03-01 12:30:00")
    refuse = kind_of(node.this) is Kind.JSON and dialect != "snowflake"
    value = text_of(node.this) if kind_of(node.this) is Kind.JSON and not refuse else node.this
    refuse_json(value, f"a function that makes {kind}", dialect)
    zone = node.args.get("zone") or node.args.get("expression")
    if zone is not None and not isinstance(node, exp.Date | exp.Datetime):
        raise refusal("makes a timestamp of the local time of a zone; write its offset into the text")
    if zone is not None:
        return _local(value, zone, kind)
    is_zoned_text = dialect == "bigquery" and kind is Kind.TIMESTAMP and isinstance(node, exp.Timestamp)
    return as_instant(value, Kind.ZONED if is_zoned_text else kind, is_trial=bool(node.args.get("safe")))


_MADE: dict[type[exp.Expr], Kind] = {
    exp.Date: Kind.DATE,
    exp.TsOrDsToDate: Kind.DATE,
    exp.TsOrDsToDatetime: Kind.TIMESTAMP,
    exp.TsOrDsToTimestamp: Kind.TIMESTAMP,
    exp.Datetime: Kind.TIMESTAMP,
    exp.Timestamp: Kind.TIMESTAMP,
    exp.FromISO8601Timestamp: Kind.ZONED,
}


def _local(value: exp.Expr, zone: exp.Expr, kind: Kind) -> exp.Expr:
    if kind_of(value) not in {Kind.TIMESTAMP, Kind.ZONED}:
        raise refusal(f"takes the local time of {kind_of(value)}; it needs a timestamp")
    there = _in_zone(value, "UTC", zone)
    return cast_to(there, "date", Kind.DATE) if kind is Kind.DATE else there


def _in_zone(value: exp.Expr, source: str, target: exp.Expr) -> exp.Expr:
    """Turn the clock's face of one zone into that of another."""
    if not is_text_literal(target):
        raise refusal("uses a time zone that is not written in the query; write it as text")
    instant = exp.AtTimeZone(this=exp.Paren(this=value), zone=exp.Literal.string(source))
    return mark(exp.AtTimeZone(this=exp.Paren(this=instant), zone=target), Kind.TIMESTAMP)


def at_time_zone(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate AT TIME ZONE: of an instant the local time; of a bare timestamp only its reading as UTC."""
    value: exp.Expr = node.this
    zone = node.args["zone"]
    is_instant = kind_of(value) is Kind.ZONED and dialect in {"postgres", "redshift"}
    if is_instant or (dialect == "bigquery" and kind_of(value) in {Kind.TIMESTAMP, Kind.ZONED}):
        return _in_zone(value, "UTC", zone)
    if kind_of(value) is Kind.TIMESTAMP and is_text_literal(zone) and zone.name.upper() in {"UTC", "GMT"}:
        return mark(value, Kind.ZONED)
    raise refusal("uses AT TIME ZONE of a timestamp without zone; write ts AT TIME ZONE 'UTC' AT TIME ZONE 'Area/City'")


def converted(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate CONVERT_TIMEZONE with its source named; Redshift's is UTC when it is not."""
    source = node.args.get("source_tz")
    if source is None or not is_text_literal(source):
        raise refusal("uses CONVERT_TIMEZONE without its source; write CONVERT_TIMEZONE('UTC', 'Area/City', ts)")
    value = moment(node.args["timestamp"], "CONVERT_TIMEZONE", dialect)
    return _in_zone(cast_to(value, "timestamp", Kind.TIMESTAMP), source.name, node.args["target_tz"])
