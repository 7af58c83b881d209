"""Aggregates and windows: which of them leave NULL out, what an empty one gives, and how many digits an average has."""

from collections.abc import Callable

from sqlglot import exp

from signalbox.adapters.queries.dialects.json_values import as_condition, as_number, as_text, refuse_json
from signalbox.adapters.queries.dialects.kinds import (
    JSONS,
    LISTS,
    Kind,
    call,
    cast_to,
    copied,
    kind_of,
    mark,
)
from signalbox.adapters.queries.refusals import refusal

ELEMENT = "element"
"""Noted on an array: the kind of its elements."""
IS_EXACT = "is exact"
"""Noted on a mean of decimals, to be made a decimal outside of its OVER and FILTER."""
_SNOWFLAKE_SCALE = 6


def counted(node: exp.Expr, _dialect: str) -> exp.Expr:
    """Translate COUNT of rows or of one value."""
    inner = node.this
    several = inner.expressions if isinstance(inner, exp.Distinct) else [inner]
    if node.expressions or len(several) > 1:
        raise refusal("uses COUNT of several values; count one of them")
    return mark(exp.Count(this=inner), Kind.INTEGER)


def summed(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate SUM."""
    number = _inner(node, lambda value: as_number(value, "SUM", dialect))
    return mark(exp.Sum(this=number), kind_of(number))


def averaged(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate AVG: Redshift's of integers is one, Snowflake's has six digits."""
    number = _inner(node, lambda value: as_number(value, "AVG", dialect))
    kind = kind_of(number)
    if kind in {Kind.DECIMAL, Kind.NUMERIC} and dialect in {"trino", "redshift"}:
        raise refusal(f"averages decimals, which keep few digits in {dialect}; cast them to DOUBLE")
    is_alone = not isinstance(node.parent, exp.Window | exp.Filter)
    if kind is Kind.INTEGER and dialect in {"redshift", "snowflake"}:
        if not is_alone:
            raise refusal(f"averages integers over a window, which rounds in {dialect}; cast them to DOUBLE")
        if dialect == "redshift":
            total, count = mark(exp.Sum(this=number), kind), mark(exp.Count(this=copied(number)), kind)
            nonzero = call("nullif", count, 0, kind=Kind.INTEGER)
            return mark(exp.Paren(this=exp.IntDiv(this=total, expression=nonzero)), Kind.INTEGER)
        return call("round", mark(exp.Avg(this=number), Kind.DOUBLE), _SNOWFLAKE_SCALE, kind=Kind.DOUBLE)
    mean = mark(exp.Avg(this=number), Kind.DOUBLE)
    if dialect == "postgres" and kind is not Kind.DOUBLE:
        mean.meta[IS_EXACT] = True
        return mean if not is_alone else exact(mean)
    return mean


def exact(mean: exp.Expr) -> exp.Expr:
    """Make the decimal of a mean that it is in Postgres, so that it is rounded as one."""
    return cast_to(mean, "decimal(38, 12)", Kind.NUMERIC)


def over_window(node: exp.Expr, _dialect: str) -> exp.Expr:
    """Translate OVER and FILTER, which stand between an aggregate and what is made of it."""
    whole = mark(node, kind_of(node.this))
    if not node.this.meta.get(IS_EXACT):
        return whole
    whole.meta[IS_EXACT] = True
    return whole if isinstance(node.parent, exp.Window) else exact(whole)


def greatest_or_least(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate MAX and MIN."""
    refuse_json(node.this, node.key.upper(), dialect)
    if node.expressions:
        raise refusal(f"uses {node.key.upper()} of several values; use GREATEST or LEAST")
    return mark(type(node)(this=node.this), kind_of(node.this))


def any_value(node: exp.Expr, _dialect: str) -> exp.Expr:
    """Translate ANY_VALUE."""
    if isinstance(node.this, exp.HavingMax):
        raise refusal("uses ANY_VALUE with HAVING; use ARRAY_AGG with ORDER BY and take the first")
    return mark(exp.AnyValue(this=node.this), kind_of(node.this))


def value_at_extreme(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate MAX_BY and MIN_BY: the value of the row found, also when it is NULL."""
    refuse_json(node.expression, "MAX_BY or MIN_BY", dialect)
    if node.args.get("count") is not None:
        raise refusal("takes several values with MAX_BY or MIN_BY; take one")
    name = "arg_max_null" if isinstance(node, exp.ArgMax) else "arg_min_null"
    return call(name, node.this, node.expression, kind=kind_of(node.this))


def counted_if(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate COUNT_IF and COUNTIF."""
    return call("count_if", as_condition(node.this, "COUNT_IF", dialect), kind=Kind.INTEGER)


def all_or_any(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate BOOL_OR, BOOL_AND, LOGICAL_OR, LOGICAL_AND and BOOLOR_AGG."""
    name = "bool_or" if isinstance(node, exp.LogicalOr) else "bool_and"
    return call(name, as_condition(node.this, name.upper(), dialect), kind=Kind.BOOLEAN)


def distinct_counted(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate approximate counts of distinct values as exact ones."""
    if node.args.get("accuracy") is not None:
        raise refusal("gives an approximate count its error; leave it out, the count is exact here")
    refuse_json(node.this, "a count of distinct values", dialect)
    return mark(exp.Count(this=exp.Distinct(expressions=[node.this])), Kind.INTEGER)


def texts_joined(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate LISTAGG and STRING_AGG: BigQuery's own separator is a comma; Snowflake's answer is never NULL."""
    if node.find(exp.Limit) is not None or node.args.get("on_overflow") is not None:
        raise refusal("limits an aggregate of texts; aggregate a sub-query with the limit")
    separator = node.args.get("separator") or exp.Literal.string("," if dialect == "bigquery" else "")
    inner = _inner(node, lambda value: as_text(value, "LISTAGG", dialect))
    found = mark(exp.GroupConcat(this=inner, separator=separator), Kind.TEXT)
    if dialect != "snowflake":
        return found
    if isinstance(node.parent, exp.Window):
        raise refusal("uses LISTAGG over a window; aggregate in a sub-query and join it")
    return mark(exp.Coalesce(this=found, expressions=[exp.Literal.string("")]), Kind.TEXT)


def gathered(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate ARRAY_AGG: Snowflake leaves NULL out and gives an empty array; BigQuery may limit it."""
    inner, limit = node.this, None
    if isinstance(inner, exp.Limit):
        inner, limit = inner.this, inner.expression
    kind = {Kind.TEXT: Kind.TEXT_LIST, Kind.JSON: Kind.JSON_LIST}.get(kind_of(inner), Kind.LIST)
    found: exp.Expr = mark(exp.ArrayAgg(this=inner), kind)
    if node.args.get("nulls_excluded"):
        if isinstance(node.parent, exp.Window):
            raise refusal("uses ARRAY_AGG without NULL over a window; aggregate in a sub-query and join it")
        present = exp.Not(this=exp.Is(this=_value_in(inner).copy(), expression=exp.Null()))
        found = mark(exp.Filter(this=found, expression=exp.Where(this=present)), kind)
    if dialect == "snowflake":
        found = mark(exp.Coalesce(this=found, expressions=[exp.Array()]), kind)
    if limit is not None:
        if not isinstance(limit, exp.Literal):
            raise refusal("limits ARRAY_AGG by something else than a number")
        found = call("list_slice", found, 1, limit, kind=kind)
    found.meta[ELEMENT] = kind_of(inner)
    return found


def _value_in(inner: exp.Expr) -> exp.Expr:
    """Find the aggregated value inside ORDER BY and DISTINCT."""
    while isinstance(inner, exp.Order | exp.Distinct):
        inner = inner.this if isinstance(inner, exp.Order) else inner.expressions[0]
    return inner


def quantile(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate PERCENTILE_CONT and PERCENTILE_DISC … WITHIN GROUP (ORDER BY one number)."""
    share, ordered = node.this.this, node.expression.expressions
    is_plain = isinstance(share, exp.Literal) and len(ordered) == 1 and not ordered[0].args.get("desc")
    if not is_plain:
        raise refusal(
            "uses a percentile with a share that is not a number, or in falling order; write it as one number"
        )
    value = as_number(ordered[0].this, "a percentile", dialect)
    if isinstance(node.this, exp.PercentileDisc):
        return call("quantile_disc", value, share, kind=kind_of(value))
    return call("quantile_cont", cast_to(value, "double", Kind.DOUBLE), share, kind=Kind.DOUBLE)


def median(node: exp.Expr, dialect: str) -> exp.Expr:
    """Translate MEDIAN: between two middle values their mean."""
    value = as_number(node.this, "MEDIAN", dialect)
    return call("median", cast_to(value, "double", Kind.DOUBLE), kind=Kind.DOUBLE)


def first_of(node: exp.Expr, _dialect: str) -> exp.Expr:
    """Translate LAG, LEAD, FIRST_VALUE, LAST_VALUE and NTH_VALUE."""
    if node.args.get("from_first") is False:
        raise refusal("uses NTH_VALUE FROM LAST; order the other way round")
    default = node.args.get("default")
    if default is not None and {kind_of(default), kind_of(node.this)} & (JSONS | LISTS):
        raise refusal(f"gives {node.key.upper()} of JSON a default; cast the value")
    return mark(node, kind_of(node.this))


def _inner(node: exp.Expr, convert: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """Convert the aggregated value inside DISTINCT and ORDER BY."""
    inner = node.this
    if isinstance(inner, exp.Order):
        inner.set("this", _inner(inner, convert))
        return mark(inner, kind_of(inner.this))
    if isinstance(inner, exp.Distinct):
        (value,) = inner.expressions
        value = convert(value)
        inner.set("expressions", [value])
        return mark(inner, kind_of(value))
    return convert(inner)
