"""Comparisons between values of two kinds: each dialect converts one of them by itself, and DuckDB another."""

import re

from sqlglot import exp

from signalbox.adapters.queries.dialects.casts import as_instant
from signalbox.adapters.queries.dialects.json_values import (
    HOW_TO_TAKE_TEXT,
    number_of,
    refuse_json,
    text_of,
)
from signalbox.adapters.queries.dialects.kinds import (
    INSTANTS,
    JSONS,
    LISTS,
    NUMBERS,
    Kind,
    bracketed,
    call,
    cast_to,
    copied,
    is_text_literal,
    kind_of,
    mark,
)
from signalbox.adapters.queries.refusals import refusal

_LITERALS_ADAPT = frozenset({"postgres", "redshift", "snowflake"})
"""Dialects in which quoted text takes the other side's type."""
_LOST_DIGITS = re.compile(r"[+-]?[0-9]+(\.[0-9]+0|\.?[0-9]*[eE][+-]?[0-9]+)")
"""A number as JSON may hold it and as its text never is: the engine writes 1.10 as 1.1 and 1e3 as 1000.0."""
_TRUTHS = frozenset({"true", "false"})


def compared(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate =, <>, <, <=, >, >=, IS [NOT] DISTINCT FROM and EQUAL_NULL."""
    if isinstance(node.expression, exp.Any | exp.All):
        return _quantified(node, dialect)
    left, right = aligned(node.this, node.expression, dialect)
    if isinstance(node, exp.EqualNull):
        return bracketed(mark(exp.NullSafeEQ(this=left, expression=right), Kind.BOOLEAN))
    return mark(type(node)(this=left, expression=right), Kind.BOOLEAN)


def aligned(left: exp.Expr, right: exp.Expr, dialect: str) -> tuple[exp.Expr, exp.Expr]:
    """Bring two values to one kind as the dialect does; raises Invalid where it, or this product, does not."""
    kinds = {kind_of(left), kind_of(right)}
    if Kind.NULL in kinds:
        return left, right
    if kinds & JSONS:
        return _json_aligned(left, right, dialect)
    if kinds & LISTS:
        raise refusal("compares an array; compare its elements")
    if Kind.TEXT in kinds and len(kinds) > 1:
        if kind_of(left) is Kind.TEXT:
            return text_as(left, right, dialect), right
        return left, text_as(right, left, dialect)
    for text, other in ((left, right), (right, left)):
        _check_digits(text, other)
    if len(kinds) > 1 and not (kinds <= set(NUMBERS) or kinds <= set(INSTANTS)):
        raise refusal(f"compares {kind_of(left)} with {kind_of(right)}; cast one of them")
    return left, right


def _check_digits(text: exp.Expr, other: exp.Expr) -> None:
    """Refuse to look for digits that a JSON number has lost by the time it is text."""
    source = text.unnest()
    is_of_json = isinstance(source, exp.Anonymous) and source.name == "json_extract_string"
    if is_of_json and is_text_literal(other) and _LOST_DIGITS.fullmatch(other.unnest().name):
        raise refusal(f"compares JSON text with '{other.unnest().name[:40]}'; compare it as a number")


def text_as(text: exp.Expr, other: exp.Expr, dialect: str) -> exp.Expr:
    """Give text the kind of what it is compared with."""
    kind, is_literal = kind_of(other), is_text_literal(text)
    does_adapt = dialect == "snowflake" or (is_literal and dialect in _LITERALS_ADAPT)
    if kind in INSTANTS and (does_adapt or (is_literal and dialect == "bigquery")):
        is_instant = kind is Kind.ZONED or (dialect == "bigquery" and kind is Kind.TIMESTAMP)
        return as_instant(text, Kind.ZONED if is_instant else kind)
    if kind in NUMBERS and does_adapt:
        return cast_to(text, "decimal(38, 12)", Kind.NUMERIC)
    if kind is Kind.BOOLEAN and does_adapt:
        return cast_to(text, "boolean", Kind.BOOLEAN)
    raise refusal(f"compares text with {kind}; cast the text to a type")


def _json_aligned(left: exp.Expr, right: exp.Expr, dialect: str) -> tuple[exp.Expr, exp.Expr]:
    if kind_of(right) in JSONS:
        if kind_of(left) in JSONS:
            raise refusal(f"compares two JSON values; {HOW_TO_TAKE_TEXT[dialect]}")
        right, left = _json_aligned(right, left, dialect)
        return left, right
    return _json_as(left, right, dialect), right


def _json_as(value: exp.Expr, other: exp.Expr, dialect: str) -> exp.Expr:
    """Give a JSON value the kind of what it is compared with: by itself only Snowflake does that."""
    kind = kind_of(other)
    if dialect == "postgres" and is_text_literal(other) and _is_json_scalar(other.unnest().name):
        return cast_to(value, "varchar", Kind.TEXT)
    if kind is Kind.TEXT and kind_of(value) is Kind.RAW:
        return text_of(value)
    if dialect != "snowflake":
        refuse_json(value, "a comparison", dialect)
    if kind is Kind.TEXT:
        return text_of(value)
    if kind in INSTANTS:
        return as_instant(text_of(value), kind)
    if kind is Kind.BOOLEAN:
        return cast_to(text_of(value), "boolean", Kind.BOOLEAN)
    if kind in NUMBERS:
        return number_of(value)
    raise refusal(f"compares a JSON value with {kind}; {HOW_TO_TAKE_TEXT[dialect]}")


def _is_json_scalar(text: str) -> bool:
    """Tell a JSON literal that every engine writes in the same way: a plain string, true or false."""
    inside = text[1:-1]
    is_string = text[:1] == text[-1:] == '"' and len(text) > 1 and not any(each in '"\\' for each in inside)
    return is_string or text in _TRUTHS


def between(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate BETWEEN as the two comparisons that it is."""
    if node.args.get("symmetric"):
        raise refusal("uses BETWEEN SYMMETRIC; write LEAST and GREATEST of its two bounds")
    low, high = node.args["low"], node.args["high"]
    above, low = aligned(copied(node.this), low, dialect)
    below, high = aligned(node.this, high, dialect)
    both = exp.And(this=exp.GTE(this=above, expression=low), expression=exp.LTE(this=below, expression=high))
    return mark(exp.Paren(this=both), Kind.BOOLEAN)


def contained(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate IN over a list, a sub-query or (BigQuery) an array."""
    if (array := node.args.get("unnest")) is not None:
        return _in_array(node.this, array.expressions[0], dialect)
    if (query := node.args.get("query")) is not None:
        left, right = aligned(node.this, query, dialect)
        if right is not query:
            raise refusal(f"looks for {kind_of(node.this)} among {kind_of(query)}; cast one of them")
        return mark(exp.In(this=left, query=query), Kind.BOOLEAN)
    pairs = [aligned(copied(node.this), each, dialect) for each in node.expressions]
    if len({left.sql(dialect="duckdb") for left, _ in pairs}) > 1:
        raise refusal("looks for one value IN a list of several types; write each in one type")
    return mark(exp.In(this=pairs[0][0], expressions=[right for _, right in pairs]), Kind.BOOLEAN)


def _quantified(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate = ANY(…) and <> ALL(…): they are IN and NOT IN."""
    group = node.expression
    values = group.this.unnest()
    is_in, is_not_in = (
        isinstance(node, operator) and isinstance(group, which)
        for operator, which in ((exp.EQ, exp.Any), (exp.NEQ, exp.All))
    )
    if not (is_in or is_not_in):
        raise refusal("uses ANY or ALL in another way than = ANY and <> ALL; write it with EXISTS")
    if isinstance(values, exp.Array):
        found = contained(exp.In(this=node.this, expressions=values.expressions), dialect)
    elif isinstance(values, exp.Query):
        inner = mark(exp.Subquery(this=values), kind_of(group.this))
        found = contained(exp.In(this=node.this, query=inner), dialect)
    else:
        found = _in_array(node.this, values, dialect)
    return found if is_in else mark(exp.Not(this=exp.Paren(this=found)), Kind.BOOLEAN)


def _in_array(value: exp.Expr, array: exp.Expr, dialect: str) -> exp.Expr:
    """Look for a text among texts; arrays of anything else would need their elements' type."""
    if isinstance(array, exp.Array):
        return contained(exp.In(this=value, expressions=array.expressions), dialect)
    if kind_of(array) is not Kind.TEXT_LIST or kind_of(value) is not Kind.TEXT:
        raise refusal(f"looks for {kind_of(value)} in {kind_of(array)}; take the array apart with UNNEST")
    return call("list_contains", array, value, kind=Kind.BOOLEAN)
