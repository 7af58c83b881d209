"""Arithmetic: what / means in each dialect, numbers out of text, and sums with dates."""

from sqlglot import exp

from signalbox.adapters.queries.dialects.json_values import as_number
from signalbox.adapters.queries.dialects.kinds import (
    INSTANTS,
    NUMBERS,
    Kind,
    bracketed,
    call,
    cast_to,
    choose,
    common,
    kind_of,
    mark,
)
from signalbox.adapters.queries.refusals import refusal

_TRUNCATES = frozenset({"postgres", "redshift", "trino"})
"""Dialects in which 1 / 2 is 0."""
_SNOWFLAKE_SCALE = 6
"""The digits that Snowflake gives a quotient of integers (its page "Arithmetic operators")."""
_DAYS_ADD_TO_DATES = frozenset({"postgres", "redshift", "snowflake"})
_STAYS_DATE = frozenset({"snowflake", "bigquery", "trino"})
"""Dialects in which a date and a number of days make a date; elsewhere a timestamp."""


def added(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate + and - between numbers, and between points in time and intervals."""
    left, right = node.this, node.expression
    kinds = kind_of(left), kind_of(right)
    if kinds[0] in INSTANTS and kinds[1] in INSTANTS:
        return _time_between(node, dialect)
    if Kind.INTERVAL in kinds:
        return with_interval(node, dialect)
    if kinds[0] in INSTANTS or kinds[1] in INSTANTS:
        if set(kinds) == {Kind.DATE, Kind.INTEGER} and dialect in _DAYS_ADD_TO_DATES:
            return mark(node, Kind.DATE)
        raise refusal(f"adds {kinds[1]} to {kinds[0]}; say the unit with an interval")
    return calculated(node, dialect)


def with_interval(node: exp.Expr, dialect: str) -> exp.Expr:
    """Add an interval to a point in time; a date stays one where its dialect says so."""
    left, right = node.this, node.expression
    moment = left if kind_of(right) is Kind.INTERVAL else right
    kind = kind_of(moment)
    if kind is Kind.INTERVAL:
        return mark(node, Kind.INTERVAL)
    if kind not in INSTANTS:
        raise refusal(f"adds an interval to {kind}; cast it to a timestamp")
    if kind is not Kind.DATE:
        return mark(node, kind)
    if dialect in _STAYS_DATE:
        return cast_to(exp.Paren(this=mark(node, Kind.TIMESTAMP)), "date", Kind.DATE)
    return mark(node, Kind.TIMESTAMP)


def _time_between(node: exp.Expr, dialect: str) -> exp.Expr:
    left, right = kind_of(node.this), kind_of(node.expression)
    if not isinstance(node, exp.Sub):
        raise refusal("adds two points in time; subtract them")
    if left is right is Kind.DATE and dialect in _DAYS_ADD_TO_DATES:
        return mark(node, Kind.INTEGER)
    if Kind.DATE in {left, right} or dialect in {"snowflake", "bigquery"}:
        how = {"bigquery": "TIMESTAMP_DIFF or DATE_DIFF", "trino": "date_diff"}.get(dialect, "DATEDIFF")
        raise refusal(f"subtracts {right} from {left}; use {how} with a unit")
    return mark(node, Kind.INTERVAL)


def calculated(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate *, % and sums of numbers."""
    left, right = node.this, node.expression
    if isinstance(node, exp.Mul) and Kind.INTERVAL in {kind_of(left), kind_of(right)}:
        if {kind_of(left), kind_of(right)} != {Kind.INTERVAL, Kind.INTEGER}:
            raise refusal("multiplies an interval with a number that is not whole")
        return mark(node, Kind.INTERVAL)
    left, right = (as_number(each, f"{node.key.upper()}", dialect) for each in (left, right))
    return mark(type(node)(this=left, expression=right), common([kind_of(left), kind_of(right)], "a sum"))


def divided(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate /: whole numbers give a whole number, six digits, or a floating-point number."""
    if kind_of(node.this) is Kind.INTERVAL:
        raise refusal("divides an interval; take its seconds with EXTRACT(EPOCH FROM …)")
    left, right = (as_number(each, "a division", dialect) for each in (node.this, node.expression))
    kinds = {kind_of(left), kind_of(right)}
    if kinds <= {Kind.INTEGER, Kind.NULL} and dialect in _TRUNCATES:
        return mark(exp.IntDiv(this=left, expression=right), Kind.INTEGER)
    if dialect == "trino" and Kind.DOUBLE not in kinds:
        raise refusal("divides decimals, which keep few digits in trino; cast one side to DOUBLE")
    quotient = mark(exp.Div(this=left, expression=right), Kind.DOUBLE)
    if kinds <= {Kind.INTEGER, Kind.NULL} and dialect == "snowflake":
        return call("round", quotient, _SNOWFLAKE_SCALE, kind=Kind.DOUBLE)
    if kinds & {Kind.DECIMAL, Kind.NUMERIC} and Kind.DOUBLE not in kinds:
        return cast_to(quotient, "decimal(38, 12)", Kind.NUMERIC)  # rounds halves as decimals do, not as doubles
    return quotient


def safely_divided(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate SAFE_DIVIDE: NULL where the divisor is zero."""
    zero = exp.EQ(this=node.expression.copy(), expression=exp.Literal.number(0))
    quotient = divided(exp.Div(this=bracketed(node.this), expression=bracketed(node.expression)), dialect)
    return mark(exp.Case(ifs=[exp.If(this=zero, true=exp.Null())], default=quotient), Kind.DOUBLE)


def divided_whole(node: exp.Expr, _dialect: str) -> exp.Expr:
    """Translate DIV."""
    if {kind_of(node.this), kind_of(node.expression)} != {Kind.INTEGER}:
        raise refusal("uses DIV of numbers that are not whole; use TRUNC of a division")
    return mark(node, Kind.INTEGER)


def negated(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate a minus sign."""
    if kind_of(node.this) is Kind.INTERVAL:
        return mark(node, Kind.INTERVAL)
    number = as_number(node.this, "a minus sign", dialect)
    return mark(exp.Neg(this=number), kind_of(number))


def rounded(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate ROUND and TRUNC; Postgres rounds a floating-point half to the even neighbour."""
    name, digits = node.key, node.args.get("decimals")
    if name == "trunc" and digits is None and kind_of(node.this) in INSTANTS:
        return cast_to(node.this, "date", Kind.DATE)
    number = as_number(node.this, name.upper(), dialect)
    if node.args.get("truncate") or (digits is not None and kind_of(digits) is not Kind.INTEGER):
        raise refusal(f"uses {name.upper()} with more than a number of digits")
    if name == "round" and dialect == "postgres" and kind_of(number) is Kind.DOUBLE:
        if digits is not None:
            raise refusal("rounds a floating-point number to digits; cast it to numeric first")
        return call("round_even", number, 0, kind=Kind.DOUBLE)
    arguments = [number] if digits is None else [number, digits]
    return call(name, *arguments, kind=kind_of(number))


def extreme(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate GREATEST and LEAST: NULL among the values is ignored by Postgres and Redshift alone."""
    values = [node.this, *node.expressions]
    name = node.key.upper()
    kind = common([kind_of(each) for each in values], name)
    if kind not in (*NUMBERS, *INSTANTS, Kind.TEXT, Kind.NULL):
        raise refusal(f"compares {kind} in {name}; cast it")
    found = call(node.key, *values, kind=kind)
    if dialect in {"postgres", "redshift"}:
        return found
    missing: exp.Expr = exp.Is(this=values[0].copy(), expression=exp.Null())
    for each in values[1:]:
        missing = exp.Or(this=missing, expression=exp.Is(this=each.copy(), expression=exp.Null()))
    return choose(exp.Not(this=exp.Paren(this=missing)), found)
