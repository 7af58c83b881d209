"""CAST in each dialect: what a type's name means there, and how a value of each kind becomes one."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from signalbox.adapters.queries.dialects.intervals import text_as_interval
from signalbox.adapters.queries.dialects.json_values import parsed, refuse_json, text_of
from signalbox.adapters.queries.dialects.kinds import INSTANTS, JSONS, LISTS, Kind, call, cast_to, kind_of, mark
from signalbox.adapters.queries.refusals import refusal

_T = exp.DType
_TEXT_TYPES = {_T.TEXT, _T.VARCHAR, _T.NVARCHAR}
_INTEGER_TYPES = {_T.INT: "integer", _T.BIGINT: "bigint", _T.SMALLINT: "smallint", _T.TINYINT: "tinyint"}
_KIND_BY_TYPE = {
    **dict.fromkeys(_TEXT_TYPES, Kind.TEXT),
    **dict.fromkeys(_INTEGER_TYPES, Kind.INTEGER),
    **dict.fromkeys((_T.DECIMAL, _T.BIGDECIMAL), Kind.DECIMAL),
    **dict.fromkeys((_T.FLOAT, _T.DOUBLE), Kind.DOUBLE),
    **dict.fromkeys((_T.TIMESTAMP, _T.TIMESTAMPNTZ, _T.DATETIME), Kind.TIMESTAMP),
    **dict.fromkeys((_T.TIMESTAMPTZ, _T.TIMESTAMPLTZ), Kind.ZONED),
    **dict.fromkeys((_T.JSON, _T.JSONB, _T.VARIANT, _T.SUPER), Kind.JSON),
    _T.BOOLEAN: Kind.BOOLEAN,
    _T.DATE: Kind.DATE,
    _T.ARRAY: Kind.LIST,
}
_UNBOUNDED = frozenset({"postgres", "bigquery"})
"""Where DECIMAL alone keeps digits after the point; elsewhere it keeps none."""
_WAS_JSON = "was json"
"""Noted on the text of a JSON value that is cast: a JSON number may have a fraction where text may not."""
_SPACE_BEFORE_ZONE = re.compile(r"(?<=[0-9]) +(?=[+-][0-9]{2})")
_FRACTION, _SPOILED = ".eE", "???"
"""Characters of a number that is not whole, and what no number holds in their place."""


def cast(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate CAST, :: and TRY_CAST; raises Invalid for a type or a pair that means something else here."""
    target: exp.DataType = node.args["to"]
    if target.this is _T.INTERVAL:
        return text_as_interval(node.this)
    kind = _KIND_BY_TYPE.get(target.this)
    if kind is None or node.args.get("format"):
        raise refusal(f"casts to {target.sql(dialect=dialect)[:40]}, which is not translated from {dialect}")
    value = _from_json(node.this, kind, dialect)
    if kind_of(value) in LISTS:
        raise refusal(f"casts an array to {kind}; take its elements")
    return _as_kind(value, kind, _Cast(target, dialect, isinstance(node, exp.TryCast)))


def cast_by_function(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate Snowflake's TO_NUMBER, TO_DOUBLE and TO_BOOLEAN and their trials as the casts that they are."""
    if node.args.get("format") is not None:
        raise refusal(f"uses {node.key.upper()} with a format; leave it out")
    if isinstance(node, exp.ToNumber):
        sizes = [exp.DataTypeParam(this=node.args[each]) for each in ("precision", "scale") if node.args.get(each)]
        target = exp.DataType(this=_T.DECIMAL, expressions=sizes)
    else:
        target = exp.DataType(this=_T.DOUBLE if isinstance(node, exp.ToDouble) else _T.BOOLEAN)
    wrapper = exp.TryCast if node.args.get("safe") else exp.Cast
    return cast(wrapper(this=node.this, to=target), dialect)


@dataclass(frozen=True, slots=True)
class _Cast:
    """What a cast says beside the kind of its type."""

    target: exp.DataType
    dialect: str
    is_trial: bool


type _Converter = Callable[[exp.Expr, _Cast], exp.Expr]


def _as_kind(value: exp.Expr, kind: Kind, how: _Cast) -> exp.Expr:
    converters: dict[Kind, _Converter] = {
        Kind.TEXT: _as_text,
        Kind.INTEGER: _as_integer,
        Kind.DECIMAL: _as_decimal,
        Kind.JSON: _as_json,
        Kind.LIST: _as_list,
    }
    if kind in converters:
        return converters[kind](value, how)
    if kind in INSTANTS:
        return as_instant(value, kind, is_trial=how.is_trial)
    return cast_to(value, "boolean" if kind is Kind.BOOLEAN else "double", kind, is_trial=how.is_trial)


def as_instant(value: exp.Expr, kind: Kind, *, is_trial: bool = False) -> exp.Expr:
    """Make a date or timestamp: a zone in the text counts for an instant only, else the clock's face stays."""
    if kind is Kind.DATE:
        return cast_to(value, "date", kind, is_trial=is_trial)
    if kind_of(value) is not Kind.TEXT:
        if kind_of(value) not in {Kind.DATE, Kind.TIMESTAMP, Kind.ZONED, Kind.NULL}:
            raise refusal(f"casts {kind_of(value)} to {kind}; make it from its parts")
        return cast_to(value, "timestamp", kind, is_trial=is_trial)
    if kind is Kind.ZONED:
        if isinstance(value, exp.Literal):
            value = mark(exp.Literal.string(_SPACE_BEFORE_ZONE.sub("", value.name)), Kind.TEXT)
        return cast_to(cast_to(value, "timestamptz", kind, is_trial=is_trial), "timestamp", kind)
    return cast_to(value, "timestamp", kind, is_trial=is_trial)


def _from_json(value: exp.Expr, kind: Kind, dialect: str) -> exp.Expr:
    """Take out of JSON what is to be cast; only Postgres writes a JSON string with its quotes."""
    if kind_of(value) not in JSONS or kind in {Kind.JSON, Kind.LIST}:
        return value
    if dialect == "bigquery" and kind_of(value) is Kind.JSON:
        refuse_json(value, "CAST", dialect)
    if dialect == "postgres" and kind is Kind.TEXT:
        return cast_to(value, "varchar", Kind.TEXT)
    text = text_of(value)
    text.meta[_WAS_JSON] = True
    return text


def _as_text(value: exp.Expr, how: _Cast) -> exp.Expr:
    target, dialect = how.target, how.dialect
    kind = kind_of(value)
    is_alike = kind in {Kind.TEXT, Kind.INTEGER, Kind.DATE, Kind.BOOLEAN, Kind.NULL}
    if not (is_alike or (kind is Kind.DECIMAL and dialect != "bigquery")):
        raise refusal(f"casts {kind} to text, which engines write differently; format it with a function")
    text = value if kind is Kind.TEXT else cast_to(value, "varchar", Kind.TEXT)
    if target.expressions and dialect in {"postgres", "redshift", "trino"} and target.expressions[0].name.isdigit():
        return call("left", text, int(target.expressions[0].name), kind=Kind.TEXT)
    return text


def _as_integer(value: exp.Expr, how: _Cast) -> exp.Expr:
    target, dialect = how.target, how.dialect
    name = "hugeint" if dialect == "snowflake" else _INTEGER_TYPES[target.this]
    if kind_of(value) is Kind.TEXT and dialect != "snowflake" and not value.meta.get(_WAS_JSON):
        value = only_integers(value)
    if kind_of(value) is Kind.DOUBLE and dialect != "postgres":
        if dialect == "redshift":
            raise refusal("casts a floating-point number to an integer; say ROUND or TRUNC of a decimal")
        value = call("round", value, kind=Kind.DOUBLE)
    return cast_to(value, name, Kind.INTEGER, is_trial=how.is_trial)


def _as_json(value: exp.Expr, how: _Cast) -> exp.Expr:
    """Read text as JSON; a VARIANT or SUPER of it would be that text as a JSON string."""
    if kind_of(value) in JSONS:
        return mark(value, Kind.JSON)
    if how.target.this in {_T.VARIANT, _T.SUPER}:
        return call("to_json", value, kind=Kind.JSON)
    return parsed(value, is_trial=how.is_trial)


def only_integers(text: exp.Expr) -> exp.Expr:
    """Let a text with a fraction fail as its dialect would, where DuckDB would round it."""
    return call("translate", text, _FRACTION, _SPOILED, kind=Kind.TEXT)


def _as_decimal(value: exp.Expr, how: _Cast) -> exp.Expr:
    target, dialect, is_trial = how.target, how.dialect, how.is_trial
    sizes = [int(size.name) for size in target.expressions if size.name.isdigit()]
    if not sizes and dialect in _UNBOUNDED:
        return cast_to(value, "decimal(38, 12)", Kind.NUMERIC, is_trial=is_trial)
    precision, scale = ([*sizes, 0] if sizes else [18 if dialect == "redshift" else 38, 0])[:2]
    if scale == 0:
        whole = cast_to(value, f"decimal({precision}, 0)", Kind.INTEGER, is_trial=is_trial)
        return cast_to(whole, "hugeint", Kind.INTEGER)
    return cast_to(value, f"decimal({precision}, {scale})", Kind.DECIMAL, is_trial=is_trial)


def _as_list(value: exp.Expr, how: _Cast) -> exp.Expr:
    """Take a JSON array apart (Trino); elements that are rows or maps would change their shape."""
    (inner,) = how.target.expressions
    if kind_of(value) in JSONS and inner.this in {_T.JSON, *_TEXT_TYPES}:
        is_json = inner.this is _T.JSON
        return cast_to(value, "json[]" if is_json else "varchar[]", Kind.JSON_LIST if is_json else Kind.TEXT_LIST)
    raise refusal(
        f"casts to {how.target.sql(dialect=how.dialect)[:60]}; cast a JSON array to ARRAY(JSON) or ARRAY(VARCHAR)"
    )
