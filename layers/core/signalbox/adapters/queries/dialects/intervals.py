"""Intervals: the text of INTERVAL literals read by us, since what a parser does not know of it may be lost."""

import re
from collections.abc import Sequence
from itertools import pairwise

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from signalbox.adapters.queries.dialects.json_values import number_of
from signalbox.adapters.queries.dialects.kinds import Kind, cast_to, kind_of, mark
from signalbox.adapters.queries.refusals import refusal

_UNITS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second")
_UNIT_BY_NAME = (
    {name: unit for unit in _UNITS for name in (unit, unit + "s")}
    | dict.fromkeys(("yr", "yrs", "y"), "year")
    | dict.fromkeys(("mon", "mons"), "month")
    | dict.fromkeys(("w",), "week")
    | dict.fromkeys(("d",), "day")
    | dict.fromkeys(("h", "hr", "hrs"), "hour")
    | dict.fromkeys(("min", "mins"), "minute")
    | dict.fromkeys(("s", "sec", "secs"), "second")
)
"""The names that mean one unit in all dialects: `m` and `mm` do not."""
_PART = re.compile(r"\s*,?\s*([+-]?[0-9]+)\s*([A-Za-z]+)")
_NUMBER = re.compile(r"\s*[+-]?[0-9]+\s*")
MONTHS_OF_QUARTER = 3


def check_what_parsing_loses(tokens: Sequence[Token], dialect: str) -> None:
    """Refuse what the parsed tree no longer tells apart from something else.

    Of an INTERVAL literal that is not numbers with units a part is lost, and Redshift's ADD_MONTHS, which keeps to
    the ends of months, becomes DATEADD, which does not.
    """
    for before, token in pairwise(tokens):
        if dialect == "redshift" and before.text.upper() == "ADD_MONTHS" and token.token_type is TokenType.L_PAREN:
            raise refusal(
                "uses ADD_MONTHS(), which keeps to the ends of months; use DATEADD(month, …) if that is meant"
            )
        is_literal = before.token_type is TokenType.INTERVAL and token.token_type is TokenType.STRING
        if is_literal and not _NUMBER.fullmatch(token.text):
            parts_of(token.text)


def parts_of(text: str) -> list[tuple[int, str]]:
    """Read `2 days, 3 hours` as numbers and units; raises Invalid for any other form."""
    parts, end = [], 0
    while match := _PART.match(text, end):
        unit = _UNIT_BY_NAME.get(match[2].lower())
        if unit is None:
            break
        parts.append((int(match[1]), unit))
        end = match.end()
    if not parts or text[end:].strip():
        raise refusal(f"uses INTERVAL '{text[:40]}'; write whole numbers with units, as in INTERVAL '1 day 2 hours'")
    return parts


def interval(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate an INTERVAL literal, or BigQuery's INTERVAL of an expression."""
    unit, amount = node.args.get("unit"), node.this
    if isinstance(amount, exp.Literal) and amount.is_string and unit is None:
        return _sum(parts_of(amount.name))
    name = _UNIT_BY_NAME.get(unit.name.lower()) if isinstance(unit, exp.Var) else None
    if amount is None or name is None:
        raise refusal("uses an INTERVAL that spans units; write one number with one unit")
    return steps(amount, name, 1, dialect)


def steps(amount: exp.Expr, unit: str, sign: int, dialect: str) -> exp.Expr:
    """Give a number of units as an interval."""
    bare = amount.this if isinstance(amount, exp.Neg) else amount
    if isinstance(bare, exp.Literal):
        if not _NUMBER.fullmatch(bare.name):
            raise refusal(f"counts {bare.name[:20]} {unit}s; count whole ones")
        number = int(bare.name) * sign * (-1 if bare is not amount else 1)
        return _single(number, unit)
    if kind_of(amount) is Kind.JSON and dialect == "snowflake":
        amount = cast_to(number_of(amount), "bigint", Kind.INTEGER)
    if kind_of(amount) is not Kind.INTEGER:
        raise refusal(f"counts {unit}s with {kind_of(amount)}; cast it to an integer")
    product = exp.Mul(this=exp.Paren(this=cast_to(amount, "bigint", Kind.INTEGER)), expression=_single(sign, unit))
    return mark(exp.Paren(this=product), Kind.INTERVAL)


def text_as_interval(text: exp.Expr) -> exp.Expr:
    """Translate '2 hours'::interval."""
    if not isinstance(text, exp.Literal):
        raise refusal("casts an expression to an interval; multiply INTERVAL '1 hour' with a number")
    return _sum(parts_of(text.name))


def _sum(parts: list[tuple[int, str]]) -> exp.Expr:
    total = _single(*parts[0])
    for number, unit in parts[1:]:
        total = exp.Add(this=total, expression=_single(number, unit))
    return mark(exp.Paren(this=total) if len(parts) > 1 else total, Kind.INTERVAL)


def _single(number: int, unit: str) -> exp.Expr:
    if unit == "quarter":
        number, unit = number * MONTHS_OF_QUARTER, "month"
    return mark(exp.Interval(this=exp.Literal.string(str(number)), unit=exp.var(unit.upper())), Kind.INTERVAL)
