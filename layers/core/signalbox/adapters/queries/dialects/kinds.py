"""What kind of value each part of a query gives, as far as its translation depends on it."""

from enum import StrEnum
from functools import reduce

from sqlglot import exp

from signalbox.adapters.queries.refusals import refusal


class Kind(StrEnum):
    """The kinds, named as a refusal names them."""

    NULL = "NULL"
    BOOLEAN = "a boolean"
    INTEGER = "an integer"
    DECIMAL = "a decimal"
    NUMERIC = "a number"
    """A decimal whose digits nobody has fixed; twelve stand after its point while it is computed with."""
    DOUBLE = "a floating-point number"
    TEXT = "text"
    DATE = "a date"
    TIMESTAMP = "a timestamp"
    ZONED = "a timestamp with time zone"
    """An instant; it is held as its UTC timestamp."""
    INTERVAL = "an interval"
    JSON = "a JSON value"
    RAW = "the event as JSON"
    """A JSON value whose text is known too, unchanged."""
    JSON_LIST = "an array of JSON values"
    TEXT_LIST = "an array of texts"
    LIST = "an array"


JSONS = frozenset({Kind.JSON, Kind.RAW})
NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.NUMERIC, Kind.DOUBLE)
"""In the order in which one absorbs the other."""
INSTANTS = (Kind.DATE, Kind.TIMESTAMP, Kind.ZONED)
LISTS = frozenset({Kind.JSON_LIST, Kind.TEXT_LIST, Kind.LIST})

_KEY = "kind"


def mark[Node: exp.Expr](node: Node, kind: Kind) -> Node:
    """Note on a node what kind of value it gives, and return it."""
    node.meta[_KEY] = kind
    return node


def kind_of(node: exp.Expr) -> Kind:
    """Tell what was noted; every translated node has its kind."""
    return Kind(node.meta[_KEY])


def copied(node: exp.Expr) -> exp.Expr:
    """Copy a node with what is known about it."""
    return mark(node.copy(), kind_of(node))


def is_text_literal(node: exp.Expr) -> bool:
    """Tell whether a node is text written in the query itself."""
    return isinstance(node.unnest(), exp.Literal) and bool(node.unnest().is_string)


def common(kinds: list[Kind], where: str) -> Kind:
    """Give the kind that holds all of these; raises Invalid for kinds that do not go together."""
    return reduce(lambda one, other: _wider(one, other, where), kinds, Kind.NULL)


def _wider(one: Kind, other: Kind, where: str) -> Kind:
    if Kind.NULL in {one, other}:
        return other if one is Kind.NULL else one
    for family in (NUMBERS, INSTANTS):
        if one in family and other in family:
            return max(one, other, key=family.index)
    if {one, other} == JSONS:
        return Kind.JSON
    if one is not other:
        raise refusal(f"mixes {one} with {other} in {where}; cast them to one type")
    return one


def call(name: str, *arguments: exp.Expr | str | int, kind: Kind) -> exp.Expr:
    """Call a function of DuckDB by its name; plain values become literals."""
    return mark(exp.Anonymous(this=name, expressions=[literal(each) for each in arguments]), kind)


def bracketed(node: exp.Expr) -> exp.Expr:
    """Put brackets around a node."""
    return mark(exp.Paren(this=node), kind_of(node))


def literal(value: exp.Expr | str | int) -> exp.Expr:
    """Make a literal of a plain value."""
    if isinstance(value, exp.Expr):
        return value
    if isinstance(value, str):
        return mark(exp.Literal.string(value), Kind.TEXT)
    number: exp.Expr = exp.Literal.number(value)
    return mark(number, Kind.INTEGER)


def cast_to(node: exp.Expr, duckdb_type: str, kind: Kind, *, is_trial: bool = False) -> exp.Expr:
    """Cast to a type of DuckDB's; a trial gives NULL where the value does not fit."""
    wrapper = exp.TryCast if is_trial else exp.Cast
    return mark(wrapper(this=node, to=exp.DataType.build(duckdb_type, dialect="duckdb")), kind)


def choose(condition: exp.Expr, then: exp.Expr, otherwise: exp.Expr | None = None) -> exp.Expr:
    """Write CASE WHEN condition THEN then ELSE otherwise END; the kind is that of `then`."""
    case = exp.Case(ifs=[exp.If(this=condition, true=then)], default=otherwise)
    return mark(case, kind_of(then))
